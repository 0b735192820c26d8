using System.Text;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Refusals;

/// <summary>Garbage, half a greeting, silence and absurd lengths at each listening port: the edge hangs up, serves the others meanwhile, and logs no error.</summary>
public sealed class HostileTests
{
    private const int Crowd = 20;

    private static readonly byte[] Garbage = [.. Enumerable.Range(0, 4096).Select(number => (byte)(number * 73 % 251))];

    // The length of a greeting or of a TLS record, as large as it can be.
    private static readonly byte[] HugeLength = [0xff, 0xff, 0xff, 0xff];
    private static readonly byte[] HugeRecord = [0x16, 0x03, 0x01, 0xff, 0xff, 0x01];

    // A true length, and less than so many bytes.
    private static readonly byte[] HalfHello = [0, 0, 1, 0, .. "{\"protocol\":1,"u8];

    private static readonly byte[] HalfRequest = "GET / HTTP/1.1\r\nHost: local"u8.ToArray();

    private static readonly (string Port, string What, byte[] Bytes)[] Attacks =
    [
        ("http", "garbage", Garbage),
        ("http", "silence", []),
        ("http", "half a request", HalfRequest),
        ("http", "a header line without end", Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {new string('x', 100_000)}")),
        ("tls", "garbage", Garbage),
        ("tls", "silence", []),
        ("tls", "half a record", HugeRecord[..3]),
        ("tls", "a huge record", HugeRecord),
        ("carrier", "garbage", Garbage),
        ("carrier", "silence", []),
        ("carrier", "half a Hello", HalfHello),
        ("carrier", "a huge length", HugeLength),
        ("https", "garbage", Garbage),
        ("https", "half a request", HalfRequest),
    ];

    [Fact]
    public async Task AttacksOnEachPort_EndAndDelayNobody()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        var attacks = new List<(HostileConnection Connection, string What)>();
        try
        {
            foreach (var (port, what, bytes) in Attacks)
            {
                var connection = await OpenAsync(edge, port);
                attacks.Add((connection, $"{what} on {port}"));
                await connection.SendAsync(bytes);
            }

            // None of them keeps a visitor, or a new client, waiting.
            Assert.Equal("served", await Visitor.ExchangeAsync(tunnel.Url, "served"));
            await using var second = await ServedTunnel.TcpAsync(edge, target.Port, "--name", "second");
            Assert.Equal("served", await Visitor.ExchangeAsync(second.Url, "served"));

            await Task.WhenAll(attacks.Select(attack => attack.Connection.ClosedAsync(attack.What)));
        }
        finally
        {
            attacks.ForEach(attack => attack.Connection.Dispose());
        }

        edge.AssertNoErrorLogged();
    }

    [Theory]
    [InlineData("http")]
    [InlineData("tls")]
    [InlineData("carrier")]
    public async Task CrowdOfSilentConnections_KeepsNobodyOut(string port)
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = TargetServers.Echo();
        var crowd = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(_ => OpenAsync(edge, port)));
        try
        {
            await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);

            Assert.Equal("served", await Visitor.ExchangeAsync(tunnel.Url, "served"));
        }
        finally
        {
            Array.ForEach(crowd, connection => connection.Dispose());
        }

        edge.AssertNoErrorLogged();
    }

    [Fact]
    public async Task GarbageAndSilenceOnAPublicPort_AreTheTargetsToJudge()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var silent = await HostileConnection.ConnectAsync(tunnel.Url.Port);
        using var loud = await HostileConnection.ConnectAsync(tunnel.Url.Port);
        await loud.SendAsync((byte[])[.. HugeLength, .. Garbage]);

        Assert.Equal("served", await Visitor.ExchangeAsync(tunnel.Url, "served"));
        edge.AssertNoErrorLogged();
    }

    private static async Task<HostileConnection> OpenAsync(EdgeProcess edge, string port)
    {
        var connection = await HostileConnection.ConnectAsync(port == "http" ? edge.HttpPort : edge.TlsPort);
        return port switch
        {
            "carrier" => await connection.OverTlsAsync(edge, "mport/1"),
            "https" => await connection.OverTlsAsync(edge, "http/1.1"),
            _ => connection,
        };
    }
}
