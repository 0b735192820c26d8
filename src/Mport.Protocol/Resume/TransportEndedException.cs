using Mport.Protocol.Errors;

namespace Mport.Protocol.Resume;

/// <summary>A resumable transport has been given up; says why.</summary>
internal sealed class TransportEndedException(Failure reason) : IOException(reason.Text)
{
    /// <summary>What the carrier ends with.</summary>
    public Failure Reason { get; } = reason;
}
