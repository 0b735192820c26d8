using Mport.Protocol.Errors;
using Mport.Protocol.Frames;

namespace Mport.Protocol.Carriers;

/// <summary>Runs <see cref="KeepAlive"/> on a clock: sends the heartbeats, measures the round trip, and ends the carrier when the peer is dead.</summary>
internal sealed class CarrierHeartbeat(CarrierOptions options, TimeProvider time, CarrierWriter writer)
{
    private readonly Lock _gate = new();
    private readonly KeepAlive _keepAlive = new(
        ToTicks(options.Heartbeat, time), ToTicks(options.DeadAfter, time), time.GetTimestamp());

    private long _lastReceived = time.GetTimestamp();
    private long _roundTripTicks;

    /// <summary>The last round trip in timestamp units, or 0 before the first.</summary>
    public long RoundTripTicks => Volatile.Read(ref _roundTripTicks);

    /// <summary>Bytes came.</summary>
    public void Received() => Volatile.Write(ref _lastReceived, time.GetTimestamp());

    /// <summary>The answer to a heartbeat came.</summary>
    public void Answered(uint value)
    {
        lock (_gate)
        {
            if (_keepAlive.Answered(value, time.GetTimestamp()) is { } ticks)
            {
                Volatile.Write(ref _roundTripTicks, Math.Max(1, ticks));
            }
        }
    }

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="ProtocolException">The peer is dead.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            KeepAliveAction action;
            long wait;
            uint value;
            lock (_gate)
            {
                action = _keepAlive.Decide(time.GetTimestamp(), Volatile.Read(ref _lastReceived), writer.WritingSince, out wait);
                value = _keepAlive.PingValue;
            }

            switch (action)
            {
                case KeepAliveAction.Dead:
                    throw new ProtocolException(
                        ProtocolErrors.PeerSilent, $"The other side has been silent for {options.DeadAfter.TotalSeconds:0} s.");
                case KeepAliveAction.SendPing:
                    writer.Append(new FrameHeader(FrameType.Ping, FrameFlags.Syn, 0, value));
                    break;
            }

            // A write that begins to wait just after this look is noticed at the next one, at most a heartbeat later.
            await Task.Delay(TimeSpan.FromSeconds((double)wait / time.TimestampFrequency), time, cancellationToken);
        }
    }

    private static long ToTicks(TimeSpan span, TimeProvider time) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
