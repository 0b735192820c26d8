using Mport.Server.Accounts.Links;

namespace Mport.Server.Hosting.Commands;

/// <summary>The addresses of the edge's pages for a command that runs beside the edge, or without it.</summary>
internal static class CommandLinks
{
    /// <summary>With the ports of the settings. One that the system chose for a running edge is not known here and shows as 0.</summary>
    public static AccountLinks Of(CommandCall call)
    {
        var links = new AccountLinks(call.Settings.Domain);
        links.Bound(call.Settings.HttpPort, call.Settings.TlsPort);
        return links;
    }
}
