using Mport.Protocol.Errors;

namespace Mport.Server.Data;

/// <summary>The edge, or one of its commands, cannot start; the failure says why and what to do.</summary>
internal sealed class EdgeStartException : Exception
{
    /// <summary>Carries the failure.</summary>
    public EdgeStartException(Failure failure, Exception? cause = null)
        : base(failure.ToString(), cause) => Failure = failure;

    /// <summary>What the user is told.</summary>
    public Failure Failure { get; }
}
