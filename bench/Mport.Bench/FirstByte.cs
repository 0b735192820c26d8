using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mport.Bench;

/// <summary>The time from starting a tunnel's client to the first byte of the target's answer through the tunnel.</summary>
internal static class FirstByte
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    // Short beside what is measured, long enough not to keep the server busy with refusals.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly byte[] Request = "GET / HTTP/1.0\r\nHost: bench\r\n\r\n"u8.ToArray();

    /// <summary>Starts the command, prints the milliseconds, and ends the command.</summary>
    public static async Task<int> RunAsync(int port, string[] command)
    {
        using var limit = new CancellationTokenSource(Limit);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!await AnswersAsync(port, limit.Token))
            {
                await Task.Delay(Pause, TimeProvider.System, limit.Token);
            }

            Console.WriteLine(clock.Elapsed.TotalMilliseconds.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture));
            return 0;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken stop)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port, stop);
            await socket.SendAsync(Request, stop);
            return await socket.ReceiveAsync(new byte[1], stop) == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
