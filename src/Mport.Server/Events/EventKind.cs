namespace Mport.Server.Events;

/// <summary>What happened: a name of two words with a dot between, and whether it is part of the audit.</summary>
/// <param name="Name">The stable name, as the API shows it: <c>token.created</c>.</param>
/// <param name="IsAudit">Whether somebody changed something, or tried to come in: such an event stands in the audit as well.</param>
internal readonly record struct EventKind(string Name, bool IsAudit)
{
    /// <inheritdoc />
    public override string ToString() => Name;
}
