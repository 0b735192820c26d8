using System.Net;
using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Datagrams;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;

namespace Mport.Server.Tunnels.Udp;

/// <summary>The way of a tunnel's datagrams over one carrier: what visitors send goes to the client, what the client sends goes out on the port.</summary>
internal sealed class UdpRoute : IDatagramReceiver
{
    // The client looks its target's name up before it answers.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly UdpPort _port;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private UdpSendBatch? _batch;

    /// <summary>Makes a route; <see cref="RunAsync"/> opens its stream. What is sent before waits for that.</summary>
    public UdpRoute(UdpPort port, UdpRoutes owner, TunnelLink link, Carrier carrier, UdpShared shared)
    {
        _port = port;
        Owner = owner;
        Link = link;
        Carrier = carrier;
        link.CountDatagramsIn(shared.Count);
        _time = shared.Time;
        _logger = shared.Logger;
        Datagrams = new DatagramStream(
            DatagramStreamSide.Edge, this, new DatagramLimits { QueueBytes = shared.Options.QueueBytes }, shared.Queues, link.Datagrams);
    }

    /// <summary>The routes that it is one of.</summary>
    public UdpRoutes Owner { get; }

    /// <summary>The session's hold on the tunnel.</summary>
    public TunnelLink Link { get; }

    /// <summary>The carrier that it goes over.</summary>
    public Carrier Carrier { get; }

    /// <summary>The datagrams of this route.</summary>
    public DatagramStream Datagrams { get; }

    /// <summary>Whether datagrams can go over it.</summary>
    public bool IsUsable => !Datagrams.IsOver && !Link.Ended.IsCancellationRequested;

    /// <summary>When it ended, as a timestamp; null while it has not.</summary>
    public long? EndedAt { get; private set; }

    /// <summary>Opens the stream and runs to its end. Never throws for what the client does.</summary>
    public async Task RunAsync()
    {
        // Whoever asked for the route is in the middle of a batch of datagrams.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var deadline = new CancellationTokenSource(AnswerTimeout, _time);
        try
        {
            var stream = await Link.OpenDatagramsAsync(Carrier, deadline.Token);
            if (await Datagrams.RunAsync(stream, opened => ReadAnswerAsync(opened, deadline.Token), CancellationToken.None) is { } fault)
            {
                _logger.DatagramsEnded(Link.TunnelId, fault.Message);
            }
        }
        catch (Exception refused) when (refused is StreamException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            _logger.DatagramsEnded(Link.TunnelId, refused.Message);
        }
        finally
        {
            EndedAt = _time.GetTimestamp();
            Datagrams.Abandon();
        }
    }

    public bool OnDatagram(uint visitor, ReadOnlySpan<byte> payload)
    {
        // An answer goes to the visitor whose number it has, if it may be sent to it.
        if (_port.Visitors.Answer(visitor, payload.Length, _time.GetTimestamp(), out var drop, out var local) is not { } to)
        {
            Link.Datagrams.AddDropped(drop);
            return drop != DatagramDrop.Unknown;
        }

        if (Link.Quota is { IsStopped: true })
        {
            Link.Datagrams.AddDropped(DatagramDrop.OverQuota);
            return true;
        }

        if (_port.Bandwidth?.ToVisitor?.TryTake(payload.Length) == false || Link.Quota?.TryPass(payload.Length, toVisitor: true) == false)
        {
            Link.Datagrams.AddDropped(DatagramDrop.OverBandwidth);
            return true;
        }

        to.Connection?.Bytes?.AddToSocket(payload.Length);
        _batch ??= _port.Shared.SendBatches.Rent();
        if (!_batch.TryAdd(to.Source, local, payload))
        {
            Send(_batch);
            _batch.TryAdd(to.Source, local, payload);
        }

        return true;
    }

    public void OnVisitor(uint visitor, IPEndPoint address) =>
        throw new StreamException(ProtocolErrors.ControlInvalid, "The client announced a visitor, which only the edge does.");

    public void OnForget(uint visitor)
    {
        if (_port.Visitors.Find(visitor) is { } known)
        {
            Datagrams.Forgotten(known);
        }
    }

    public void Flush()
    {
        if (_batch is { } batch)
        {
            Send(batch);
            _port.Shared.SendBatches.Return(batch);
            _batch = null;
        }
    }

    private void Send(UdpSendBatch batch)
    {
        _port.Send(batch, Link);
        batch.Clear();
    }

    private async ValueTask ReadAnswerAsync(CarrierStream stream, CancellationToken deadline)
    {
        try
        {
            var answer = await Link.ReadAnswerAsync(stream, deadline);
            if (answer.Status != StreamStatus.Connected)
            {
                var failure = answer.ToFailure();
                _logger.TargetFailed(Link.TunnelId, failure.Code, failure.Text);
                throw new StreamException(ConnectionErrors.TargetUnreachable, failure.Text);
            }
        }
        catch (OperationCanceledException late)
        {
            throw new StreamException(ConnectionErrors.TargetTimedOut, late.Message);
        }
    }
}
