using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mport.Bench.Processes;

namespace Mport.Bench.Scale;

/// <summary>
/// Many visitors in one process, spread over public ports and over loopback addresses (100 visitors an address), each through to the target once and then
/// idle. Obeys lines on standard input: <c>hold N</c> answers once so many are held, <c>first N</c> gives the first-byte times of N fresh ones in ms.
/// </summary>
internal static class IdleVisitors
{
    private const int AtOnce = 40;
    private const int PerAddress = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Runs until standard input ends. The ports come as its first line.</summary>
    public static async Task<int> RunAsync()
    {
        var ports = (await Console.In.ReadLineAsync() ?? "").Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToArray();
        var held = new List<Socket>();
        while (await Console.In.ReadLineAsync() is { } order)
        {
            var count = int.Parse(order.Split(' ')[1], CultureInfo.InvariantCulture);
            if (order.StartsWith("hold", StringComparison.Ordinal))
            {
                Console.WriteLine(await HoldAsync(held, ports, count));
            }
            else
            {
                Console.WriteLine(await FirstBytesAsync(ports, held.Count, count));
            }
        }

        return 0;
    }

    private static async Task<string> HoldAsync(List<Socket> held, int[] ports, int count)
    {
        var failed = 0;
        var why = "";
        var number = 0;
        while (number < count)
        {
            var batch = Enumerable.Range(number, Math.Min(AtOnce, count - number)).ToArray();
            number += batch.Length;
            foreach (var opening in batch.Select(i => OpenAsync(ports, i)).ToArray())
            {
                try
                {
                    held.Add(await opening);
                }
                catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
                {
                    failed++;
                    why = error.Message;
                }
            }
        }

        return failed == 0 ? "held" : $"{failed} of {count} visitors were turned away: {why}";
    }

    private static async Task<string> FirstBytesAsync(int[] ports, int from, int count)
    {
        var times = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var clock = Stopwatch.StartNew();
            using var socket = await OpenAsync(ports, from + i);
            times.Add(clock.Elapsed.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture));
        }

        return string.Join(' ', times);
    }

    private static async Task<Socket> OpenAsync(int[] ports, int number)
    {
        using var late = new CancellationTokenSource(Limit);
        var address = (number / PerAddress) + 2;
        var from = new IPAddress([127, 0, (byte)(address >> 8), (byte)address]);
        var socket = await Loopback.ConnectAsync(ports[number % ports.Length], late.Token, from);
        try
        {
            var one = new byte[1];
            await socket.SendAsync(one, late.Token);
            return await socket.ReceiveAsync(one, late.Token) == 1 ? socket : throw new IOException("closed before the target's first byte");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
