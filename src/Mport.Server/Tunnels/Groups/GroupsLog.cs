namespace Mport.Server.Tunnels.Groups;

/// <summary>Log messages of groups and of targets' health: ids 2100 to 2199.</summary>
internal static partial class GroupsLog
{
    [LoggerMessage(2101, LogLevel.Information, "Session {SessionId} joined the group {Group} of tunnel {TunnelId}, which has {Members} members now")]
    public static partial void MemberJoined(this ILogger logger, string sessionId, string group, string tunnelId, int members);

    [LoggerMessage(2102, LogLevel.Information, "Session {SessionId} left the group {Group} of tunnel {TunnelId}, which has {Members} members now")]
    public static partial void MemberLeft(this ILogger logger, string sessionId, string group, string tunnelId, int members);

    [LoggerMessage(2103, LogLevel.Information, "The target of tunnel {TunnelId} at session {SessionId} is ill and gets no visitors: {Text}")]
    public static partial void TargetIll(this ILogger logger, string tunnelId, string sessionId, string text);

    [LoggerMessage(2104, LogLevel.Information, "The target of tunnel {TunnelId} at session {SessionId} is well: {Text}")]
    public static partial void TargetWell(this ILogger logger, string tunnelId, string sessionId, string text);
}
