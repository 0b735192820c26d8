using Mport.Server.Edge.Proxies;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>Networks from a text that is known to be good.</summary>
internal static class Networks
{
    public static IpNetworks Of(string text)
    {
        Assert.True(IpNetworks.TryParse(text, out var networks, out var fault), fault);
        return networks;
    }
}
