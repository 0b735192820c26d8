using System.Globalization;
using Mport.Server.Accounts;

namespace Mport.Server.Tunnels;

/// <summary>What differs between a tunnel before and after a change, as the event log has it.</summary>
internal static class TunnelChanges
{
    /// <summary>Each property by its name in the API.</summary>
    /// <param name="before">Null for a tunnel that was made.</param>
    /// <param name="after">Null for one that was deleted.</param>
    public static (string Name, string? Before, string? After)[] Of(TunnelSpec? before, TunnelSpec? after) =>
    [
        ("name", before?.Name, after?.Name),
        ("proto", before?.Proto.ToText(), after?.Proto.ToText()),
        ("subdomain", before?.Subdomain, after?.Subdomain),
        ("domains", HostsOf(before), HostsOf(after)),
        ("path", before?.Path is { Length: > 0 } was ? was : null, after?.Path is { Length: > 0 } now ? now : null),
        ("port", before?.Port?.ToString(CultureInfo.InvariantCulture), after?.Port?.ToString(CultureInfo.InvariantCulture)),
        ("labels", LabelsOf(before), LabelsOf(after)),
        ("team", before?.TeamId?.Value, after?.TeamId?.Value),
        ("target", before?.TargetHint, after?.TargetHint),
    ];

    private static string? HostsOf(TunnelSpec? tunnel) => tunnel?.Hosts is { Names.Count: > 0 } hosts ? hosts.ToString() : null;

    private static string? LabelsOf(TunnelSpec? tunnel) =>
        tunnel is null || tunnel.Labels.Values.Count == 0 ? null : string.Join(", ", tunnel.Labels.Values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
