using Mport.Server.Accounts;
using Mport.Server.Tunnels;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>Puts tunnels of one subdomain into a table of hosts.</summary>
internal static class HostTables
{
    /// <summary>The subdomain is served by this link from now on.</summary>
    public static void SetOnline(this HostTable hosts, string subdomain, TunnelLink link) => hosts.SetOnline(Record(subdomain), link);

    /// <summary>The subdomain belongs to a tunnel whose client is not here.</summary>
    public static void AddKnown(this HostTable hosts, string subdomain) => hosts.AddKnown(Record(subdomain));

    /// <summary>A tunnel of this subdomain.</summary>
    public static TunnelRecord Record(string subdomain) => new(new TunnelId("tun_" + subdomain), subdomain, TunnelProto.Http, subdomain, Port: null);
}
