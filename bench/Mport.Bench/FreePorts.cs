using System.Net;
using System.Net.Sockets;

namespace Mport.Bench;

/// <summary>Ports that nobody uses at the moment.</summary>
internal static class FreePorts
{
    // Below the range from which Linux takes the local ports of outgoing connections: the load itself must not take one before its listener is up.
    private const int First = 10_000;
    private const int Last = 19_999;

    /// <summary>Prints as many different ones as asked for, one a line.</summary>
    public static int Print(int count)
    {
        var candidates = Enumerable.Range(First, Last - First + 1).ToArray();
        Random.Shared.Shuffle(candidates);
        foreach (var port in candidates.Where(IsFree).Take(count))
        {
            Console.WriteLine(port);
        }

        return 0;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
