using Mport.Server.Accounts.Links;

namespace Mport.Server.Hosting.Commands;

/// <summary>The addresses of the edge's pages for a command that runs beside the edge, or without it.</summary>
internal static class CommandLinks
{
    /// <summary>Where the edge that ran last with the data folder has them; else with domain and ports of the settings.</summary>
    public static AccountLinks Of(CommandCall call)
    {
        var links = new AccountLinks();
        if (WebAddressFile.Read(call.Settings.DataFolder) is { } root)
        {
            links.Told(root);
        }
        else
        {
            links.Bound(call.Settings.Domain, call.Settings.HttpPort, call.Settings.TlsPort);
        }

        return links;
    }
}
