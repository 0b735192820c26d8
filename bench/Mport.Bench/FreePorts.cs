using System.Net;
using System.Net.Sockets;

namespace Mport.Bench;

/// <summary>Ports that nobody uses at the moment.</summary>
internal static class FreePorts
{
    /// <summary>Prints as many different ones of a range as asked for, one a line.</summary>
    public static int Print(int count, int first, int last)
    {
        Find(count, first, last).ForEach(Console.WriteLine);
        return 0;
    }

    /// <summary>As many different ones of a range as asked for.</summary>
    public static List<int> Find(int count, int first, int last)
    {
        var candidates = Enumerable.Range(first, last - first + 1).ToArray();
        Random.Shared.Shuffle(candidates);
        return [.. candidates.Where(IsFree).Take(count)];
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
