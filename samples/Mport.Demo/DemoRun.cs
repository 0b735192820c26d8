using System.Globalization;

namespace Mport.Demo;

/// <summary>The demo from start to end: edge, sample service, tunnels, and the way back.</summary>
internal static class DemoRun
{
    private const string Subdomain = "demo";

    /// <summary>Runs until <paramref name="stop"/>, or with <paramref name="once"/> until one page came back through the tunnel.</summary>
    /// <exception cref="DemoException">Something did not start; the message says what.</exception>
    public static async Task RunAsync(bool once, CancellationToken stop)
    {
        var scratch = Directory.CreateTempSubdirectory("mport-demo-").FullName;
        try
        {
            var ports = EdgePorts.Choose();
            foreach (var note in ports.Notes)
            {
                Console.WriteLine(note);
            }

            await using var service = await SampleService.StartAsync(stop);
            await using var edge = await DemoEdge.StartAsync(scratch, ports, stop);
            var target = service.Port.ToString(CultureInfo.InvariantCulture);
            await using var http = await DemoTunnel.StartAsync(edge, scratch, ["http", target, "--subdomain", Subdomain], stop);
            await using var tcp = await DemoTunnel.StartAsync(edge, scratch, ["tcp", target], stop);

            var page = new UriBuilder("http", http.Url.Host, ports.Http).Uri;
            Print(page, http.Url, tcp.Url);
            if (once)
            {
                Console.WriteLine($"GET {page}");
                Console.WriteLine(await TunnelFetch.GetAsync(page, stop));
                await TunnelFetch.GetAsync(new UriBuilder("http", tcp.Url.Host, tcp.Url.Port).Uri, stop);
                Console.WriteLine($"The same page came back through {tcp.Url.Scheme}://{tcp.Url.Authority}.");
                return;
            }

            Console.WriteLine("Ctrl-C stops everything.");
            await UntilStoppedAsync([edge.Program, http.Program, tcp.Program], stop);
            Console.WriteLine();
            Console.WriteLine("Stopping.");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static void Print(Uri page, Uri best, Uri tcp)
    {
        Console.WriteLine();
        Console.WriteLine($"  HTTP tunnel   {page}");
        if (best.Scheme == Uri.UriSchemeHttps)
        {
            Console.WriteLine($"                {best}  (the edge's own certificate: a browser asks first)");
        }

        Console.WriteLine($"  TCP tunnel    {tcp.Scheme}://{tcp.Authority}");
        Console.WriteLine();
        Console.WriteLine("Open the first address in a browser, or paste:");
        Console.WriteLine();
        Console.WriteLine($"  curl --resolve {page.Host}:{page.Port}:127.0.0.1 {page}");
        Console.WriteLine($"  curl http://127.0.0.1:{tcp.Port}/");
        Console.WriteLine();
    }

    private static async Task UntilStoppedAsync(ChildProgram[] programs, CancellationToken stop)
    {
        try
        {
            var ended = await Task.WhenAny(programs.Select(p => p.ExitedAsync())).WaitAsync(stop);
            throw new DemoException(await ended);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The user's Ctrl-C reaches the programs too, and one of them may well be gone first: that is the wanted end.
        }
        catch (DemoException) when (stop.IsCancellationRequested)
        {
        }
    }
}
