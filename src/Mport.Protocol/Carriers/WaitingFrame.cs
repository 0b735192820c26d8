using System.Threading.Tasks.Sources;
using Mport.Protocol.Frames;

namespace Mport.Protocol.Carriers;

/// <summary>A stream's place in the queue for the writer; one frame at a time, used again for each.</summary>
internal sealed class WaitingFrame : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>The frame that waits.</summary>
    public FrameHeader Header { get; private set; }

    /// <summary>Its payload, the caller's own memory.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>Fills the place.</summary>
    public void Set(FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        _core.Reset();
        Header = header;
        Payload = payload;
    }

    /// <summary>Completes with true once the payload was copied, false when the carrier has ended.</summary>
    public ValueTask<bool> TakenAsync() => new(this, _core.Version);

    /// <summary>The payload was copied, or never will be.</summary>
    public void Complete(bool taken)
    {
        Payload = default;
        _core.SetResult(taken);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
