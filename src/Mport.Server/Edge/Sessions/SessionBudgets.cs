using Mport.Protocol.Carriers;

namespace Mport.Server.Edge.Sessions;

/// <summary>What bounds the memory of a session's carriers, and of those of all sessions together.</summary>
/// <param name="Windows">What receive windows may grow by.</param>
/// <param name="Resume">What may be kept for clients whose connection breaks.</param>
internal sealed record SessionBudgets(WindowBudget Windows, WindowBudget Resume)
{
    /// <summary>Budgets of one session, inside these.</summary>
    public SessionBudgets Of(SessionLimits limits) => new(new WindowBudget(limits.SessionWindowBytes, Windows), new WindowBudget(limits.SessionResumeBytes, Resume));
}
