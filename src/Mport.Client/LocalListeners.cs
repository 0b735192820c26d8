using System.Net;
using System.Net.NetworkInformation;
using Mport.Client.Streams;

namespace Mport.Client;

/// <summary>What this machine's own list of listeners says about a target, so that nothing need be sent to it.</summary>
public static class LocalListeners
{
    /// <summary>Whether something takes TCP connections there; null when the target is elsewhere or the list is not to be had.</summary>
    public static bool? HasTcp(TargetAddress target) => Has(target, static machine => machine.GetActiveTcpListeners());

    /// <summary>Whether something takes UDP datagrams there; null when the target is elsewhere or the list is not to be had.</summary>
    public static bool? HasUdp(TargetAddress target) => Has(target, static machine => machine.GetActiveUdpListeners());

    private static bool? Has(TargetAddress target, Func<IPGlobalProperties, IPEndPoint[]> list)
    {
        if (TargetDialer.Known(target) is not { } addresses || !addresses.All(address => IPAddress.IsLoopback(address.Address)))
        {
            return null;
        }

        try
        {
            var listeners = list(IPGlobalProperties.GetIPGlobalProperties());
            return addresses.Any(address => listeners.Any(listener => listener.Port == address.Port && Takes(listener.Address, address.Address)));
        }
        catch (Exception unreadable) when (unreadable is NetworkInformationException or PlatformNotSupportedException or IOException or UnauthorizedAccessException)
        {
            // A sandbox hides the list. The first visitor will show.
            return null;
        }
    }

    private static bool Takes(IPAddress listener, IPAddress called) =>
        listener.Equals(called)
        || listener.Equals(IPAddress.IPv6Any)
        || (listener.Equals(IPAddress.Any) && called.AddressFamily == listener.AddressFamily)
        || (listener.IsIPv4MappedToIPv6 && listener.MapToIPv4().Equals(called));
}
