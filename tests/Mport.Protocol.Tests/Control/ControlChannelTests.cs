using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Testing;

namespace Mport.Protocol.Tests.Control;

public sealed class ControlChannelTests
{
    public static TheoryData<ControlMessage, string> Golden => new()
    {
        {
            new OpenTunnel { Request = 1, Name = "http-3000", Proto = "http", Target = "127.0.0.1:3000", Subdomain = "shop" },
            """{"type":"open_tunnel","request":1,"name":"http-3000","proto":"http","target":"127.0.0.1:3000","subdomain":"shop","takeover":false}"""
        },
        {
            new OpenTunnel { Request = 2, Name = "adb", Proto = "tcp", RemotePort = 20001, Takeover = true, Group = "g" },
            """{"type":"open_tunnel","request":2,"name":"adb","proto":"tcp","remote_port":20001,"takeover":true,"group":"g"}"""
        },
        {
            new TunnelOpened { Request = 1, Tunnel = "tun_1", Number = 3, Urls = ["http://a.localhost:8080"] },
            """{"type":"tunnel_opened","request":1,"tunnel":"tun_1","number":3,"urls":["http://a.localhost:8080"],"took_over":false}"""
        },
        {
            new TunnelRefused { Request = 1, Code = "MP-1203", Text = "t", Retry = false },
            """{"type":"tunnel_refused","request":1,"code":"MP-1203","text":"t","retry":false}"""
        },
        { new CloseTunnel { Number = 3 }, """{"type":"close_tunnel","number":3}""" },
        {
            new TunnelClosed { Number = 3, Code = "MP-1205", Text = "t", Retry = false },
            """{"type":"tunnel_closed","number":3,"code":"MP-1205","text":"t","retry":false}"""
        },
        { new AskAgain(), """{"type":"ask_again"}""" },
        { new Notice { Level = "warning", Text = "t" }, """{"type":"notice","level":"warning","text":"t"}""" },
        { new Goodbye { Text = "bye" }, """{"type":"goodbye","text":"bye","retry":false}""" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public async Task GoldenMessages_BothWays(ControlMessage message, string json)
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (edge, client) = await pair.OpenAsync();
        using var sending = new ControlChannel(edge);
        using var receiving = new ControlChannel(client);

        Assert.Equal(json, JsonSerializer.Serialize(message, ProtocolJson.Default.ControlMessage));
        await sending.SendAsync(message, default).Limited("the message to be sent");
        var received = await receiving.ReceiveAsync(default).Limited("the message");

        Assert.Equal(message.GetType(), received?.GetType());
        Assert.Equal(json, JsonSerializer.Serialize(received, ProtocolJson.Default.ControlMessage));
    }

    [Theory]
    [InlineData("""{"type":"polka","steps":3}""", typeof(ControlMessage))]
    [InlineData("""{"number":3,"type":"close_tunnel","later":true}""", typeof(CloseTunnel))]
    public async Task WhatALaterVersionSends_IsPassedOver(string json, Type type) => // SEC-29
        Assert.Equal(type, (await ReceiveAsync(json, json.Length))?.GetType());

    [Theory]
    [InlineData("null", 4)]
    [InlineData("{", 1)]
    [InlineData("\"x\"", 3)]
    [InlineData("""{"type":"close_tunnel"}""", 23)]
    [InlineData("""{"type":"close_tunnel","number":99999999999}""", 44)]
    [InlineData("x", 0)]
    [InlineData("x", ControlChannel.MaxBytes + 1)]
    [InlineData("x", -1)]
    [InlineData("{}", 3)]
    public async Task WhatIsNotAMessage_EndsTheSession(string json, int length)
    {
        var error = await Assert.ThrowsAsync<ProtocolException>(() => ReceiveAsync(json, length));
        Assert.Equal(ProtocolErrors.ControlInvalid, error.Description);
    }

    [Fact]
    public async Task End_BetweenMessages_IsAnEnd()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (edge, client) = await pair.OpenAsync();
        edge.CompleteWrites();
        using var receiving = new ControlChannel(client);
        Assert.Null(await receiving.ReceiveAsync(default).Limited("the end"));
    }

    private static async Task<ControlMessage?> ReceiveAsync(string json, int length)
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (edge, client) = await pair.OpenAsync();
        var bytes = new byte[4 + json.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        Encoding.ASCII.GetBytes(json, bytes.AsSpan(4));
        await edge.WriteAsync(bytes, default);
        edge.CompleteWrites();
        using var receiving = new ControlChannel(client);
        return await receiving.ReceiveAsync(default).Limited("the message");
    }
}
