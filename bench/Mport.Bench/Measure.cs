namespace Mport.Bench;

/// <summary>One column of the report.</summary>
/// <param name="Key">Its name in the file of values.</param>
/// <param name="Title">The heading, with the unit.</param>
/// <param name="Format">How its numbers are written.</param>
internal sealed record Measure(string Key, string Title, string Format)
{
    /// <summary>The tables of the report, in their order.</summary>
    public static IReadOnlyList<MeasureTable> Tables { get; } =
    [
        new("One bulk TCP stream",
        [
            new("bulk-1-in", "to the target, Gbit/s", "0.00"),
            new("bulk-1-out", "from the target, Gbit/s", "0.00"),
            new("bulk-1-in-cpu", "CPU to the target, s/GB", "0.00"),
            new("bulk-1-out-cpu", "CPU from the target, s/GB", "0.00"),
        ]),
        new("Eight bulk TCP streams, together",
        [
            new("bulk-8-in", "to the target, Gbit/s", "0.00"),
            new("bulk-8-out", "from the target, Gbit/s", "0.00"),
            new("bulk-8-in-cpu", "CPU to the target, s/GB", "0.00"),
            new("bulk-8-out-cpu", "CPU from the target, s/GB", "0.00"),
        ]),
        new("Small HTTP requests, 64 connections",
        [
            new("requests-kept", "kept alive, requests/s", "0"),
            new("requests-kept-p50", "median, ms", "0.00"),
            new("requests-kept-p99", "99 %, ms", "0.00"),
            new("requests-kept-cpu", "CPU, µs a request", "0.0"),
            new("requests-each", "a connection each, requests/s", "0"),
            new("requests-each-p50", "median, ms", "0.00"),
            new("requests-each-p99", "99 %, ms", "0.00"),
        ]),
        new("HTTP by host name, 64 connections",
        [
            new("http-kept", "kept alive, requests/s", "0"),
            new("http-kept-p50", "median, ms", "0.00"),
            new("http-kept-p99", "99 %, ms", "0.00"),
            new("http-kept-cpu", "CPU, µs a request", "0.0"),
            new("http-each", "a connection each, requests/s", "0"),
            new("http-each-p50", "median, ms", "0.00"),
            new("http-each-p99", "99 %, ms", "0.00"),
        ])
        {
            Yardstick = "nginx in front of ssh -R",
        },
        new("Bulk with resume and without, Gbit/s",
        [
            new("resume-1-in", "one stream to the target", "0.00"),
            new("resume-1-out", "one stream from the target", "0.00"),
            new("resume-8-in", "eight streams to the target", "0.00"),
            new("resume-8-out", "eight streams from the target", "0.00"),
            new("resume-1-in-cpu", "CPU, one stream to the target, s/GB", "0.00"),
            new("resume-1-out-cpu", "CPU, one stream from the target, s/GB", "0.00"),
        ])
        {
            Yardstick = "mport --no-resume",
        },
        new("UDP, datagrams of 1,200 bytes",
        [
            new("udp-in", "to the target, datagrams/s received of as many as go", "0"),
            new("udp-out", "from the target, datagrams/s received of as many as go", "0"),
            new("udp-in-loss", "loss at 10,000 a second to the target, %", "0.00"),
            new("udp-out-loss", "loss at 10,000 a second from the target, %", "0.00"),
        ])
        {
            Yardstick = "direct",
        },
        new("Start", [new("start", "from starting the client to the first byte through the tunnel, ms", "0")]),
        new("Memory (PSS), edge or server and client",
        [
            new("memory-edge-idle", "edge idle, MiB", "0.0"),
            new("memory-client-idle", "client idle, MiB", "0.0"),
            new("memory-edge-held", "edge at 1,000 idle connections, MiB", "0.0"),
            new("memory-client-held", "client at 1,000 idle connections, MiB", "0.0"),
            new("memory-each", "both, KiB a connection", "0.0"),
        ]),
    ];
}

/// <summary>Measures that belong together.</summary>
internal sealed record MeasureTable(string Title, IReadOnlyList<Measure> Measures)
{
    /// <summary>The system that the ratios are to.</summary>
    public string Yardstick { get; init; } = "ssh -R";
}
