using System.Net;
using System.Net.Sockets;

namespace Mport.EndToEnd.Tests.Kit;

/// <summary>A few neighbouring ports that no other test of this run gets.</summary>
internal sealed record PortBlock(int First, int Last)
{
    // Below the ports that the system gives out by itself (32768 and up): a block stays free while its edge is away.
    private const int Lowest = 21000;
    private const int Highest = 32000;

    // Runs in other checkouts on this machine begin elsewhere.
    private static int s_next = Lowest + (Environment.ProcessId * 37 % (Highest - Lowest));

    /// <summary>As <c>--tcp-ports</c> takes it.</summary>
    public override string ToString() => $"{First}-{Last}";

    /// <summary>The next block of this size in which every port is free.</summary>
    public static PortBlock Find(int size)
    {
        for (var tries = 0; tries < (Highest - Lowest) / size; tries++)
        {
            var first = Lowest + ((Interlocked.Add(ref s_next, size) - Lowest) % (Highest - Lowest - size));
            if (Enumerable.Range(first, size).All(IsFree))
            {
                return new PortBlock(first, first + size - 1);
            }
        }

        throw new InvalidOperationException($"No {size} neighbouring ports are free from {Lowest} to {Highest}.");
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
