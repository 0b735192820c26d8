using Mport.Protocol.Errors;

namespace Mport.Server.Hosting;

/// <summary>The edge cannot start, for a reason that its operator can mend.</summary>
internal sealed class EdgeStartException(Failure failure) : Exception(failure.Text)
{
    /// <summary>What is wrong and what to do.</summary>
    public Failure Failure { get; } = failure;
}
