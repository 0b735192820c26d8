using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Protocol.Tests.Handshake;

public sealed class HandshakeTests
{
    private static readonly Hello Greeting = new()
    {
        Protocol = 1,
        ClientVersion = "0.1.0",
        ClientId = "machine-1",
        Instance = "process-1",
        Host = "laptop",
        Token = new Secret("mpt_x"),
    };

    [Fact]
    public void GoldenHello() => Assert.Equal(
        """{"protocol":1,"client_version":"0.1.0","client_id":"machine-1","instance":"process-1","host":"laptop","token":"mpt_x","carrier":0,"carriers":1,"features":[]}""",
        JsonSerializer.Serialize(Greeting, ProtocolJson.Default.Hello));

    [Fact]
    public void GoldenHello_OfAFurtherCarrierThatResumes() => Assert.Equal(
        """{"protocol":1,"client_version":"0.1.0","client_id":"machine-1","instance":"process-1","token":"mpt_x","session":"ses_1","carrier":1,"carriers":2,"resume":{"window":1000,"ticket":"t","received":5},"features":["a"]}""",
        JsonSerializer.Serialize(
            Greeting with
            {
                Host = null,
                Session = "ses_1",
                Carrier = 1,
                Carriers = 2,
                Resume = new ResumeOffer { Window = 1000, Ticket = new Secret("t"), Received = 5 },
                Features = ["a"],
            },
            ProtocolJson.Default.Hello));

    [Fact]
    public void GoldenAnswers()
    {
        var welcome = new Welcome { Protocol = 1, ServerVersion = "0.1.0", Session = "ses_1", Generation = 7, Account = "a@b", Domain = "localhost" };
        Assert.Equal(
            """{"welcome":{"protocol":1,"server_version":"0.1.0","session":"ses_1","generation":7,"account":"a@b","domain":"localhost","carriers":1,"max_streams":1000,"heartbeat":10,"features":[]}}""",
            JsonSerializer.Serialize(new HandshakeAnswer { Welcome = welcome }, ProtocolJson.Default.HandshakeAnswer));
        Assert.Equal(
            """{"refused":{"code":"MP-1104","text":"no","retry":true,"retry_after":5}}""",
            JsonSerializer.Serialize(
                new HandshakeAnswer { Refused = Refused.From(new Failure(AccountErrors.TokenRevoked.Code, "no", true, TimeSpan.FromSeconds(4.2))) },
                ProtocolJson.Default.HandshakeAnswer));
    }

    [Fact]
    public async Task Greeting_AndWelcome_BothWays()
    {
        var (client, edge) = await TransportsAsync();
        var greeting = ClientHandshake.RunAsync(client, Greeting, default).AsTask();
        var hello = await EdgeHandshake.ReadAsync(edge, default).Limited("the Hello");
        Assert.Equal(Greeting with { Features = hello.Features }, hello);

        await EdgeHandshake.WelcomeAsync(
            edge, new Welcome { Protocol = 1, ServerVersion = "9", Session = "ses_1", Generation = 7, Account = "a@b", Domain = "d" }, default);
        Assert.Equal("ses_1", (await greeting.Limited("the Welcome")).Welcome?.Session);
    }

    [Fact]
    public async Task Refusal_CarriesCodeTextAndWait()
    {
        var (client, edge) = await TransportsAsync();
        var greeting = ClientHandshake.RunAsync(client, Greeting, default).AsTask();
        await EdgeHandshake.ReadAsync(edge, default).Limited("the Hello");
        var failure = new Failure(AccountErrors.TooManyAttempts.Code, "Wait.", true, TimeSpan.FromSeconds(5));

        await EdgeHandshake.RefuseAsync(edge, failure, default);

        Assert.Equal(failure, (await greeting.Limited("the refusal")).Refused?.ToFailure());
    }

    [Fact]
    public async Task MemberThatALaterVersionAdds_IsPassedOver()
    {
        var (client, edge) = await TransportsAsync();
        var json = JsonSerializer.Serialize(Greeting, ProtocolJson.Default.Hello);
        await SendAsync(client, json.Replace("""{"protocol":1""", """{"colour":{"red":[1,2]},"protocol":1"""));
        Assert.Equal("machine-1", (await EdgeHandshake.ReadAsync(edge, default).Limited("the Hello")).ClientId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task OtherVersion_IsRefusedAndSaysWhoMustUpdate(int version) // SEC-29, REL-49
    {
        var (client, edge) = await TransportsAsync();
        await SendAsync(client, JsonSerializer.Serialize(Greeting with { Protocol = version }, ProtocolJson.Default.Hello));
        var error = await Assert.ThrowsAsync<ProtocolException>(() => EdgeHandshake.ReadAsync(edge, default).Limited("the refusal"));
        Assert.Equal(ProtocolErrors.VersionUnsupported, error.Description);
        Assert.Contains(version == 0 ? "update the client" : "update the edge", error.Message);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"protocol\":1}")]
    [InlineData("{\"protocol\":\"one\"}")]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}")]
    public async Task WhatIsNotAHello_IsRefused(string text)
    {
        var (client, edge) = await TransportsAsync();
        await SendAsync(client, text);
        var error = await Assert.ThrowsAsync<ProtocolException>(() => EdgeHandshake.ReadAsync(edge, default).Limited("the refusal"));
        Assert.Equal(ProtocolErrors.MalformedHello, error.Description);
    }

    [Theory]
    [InlineData("")]
    [InlineData("UPPER")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    public async Task IdOfAnotherAlphabet_IsRefused(string id) // SEC-110: ids stand in logs
    {
        var (client, edge) = await TransportsAsync();
        await SendAsync(client, JsonSerializer.Serialize(Greeting with { ClientId = id }, ProtocolJson.Default.Hello));
        await Assert.ThrowsAsync<ProtocolException>(() => EdgeHandshake.ReadAsync(edge, default).Limited("the refusal"));
    }

    [Theory]
    [InlineData(0u, false)]
    [InlineData(65_536u, true)]
    [InlineData(65_537u, false)]
    [InlineData(uint.MaxValue, false)]
    public async Task Length_IsCheckedBeforeAnythingIsKept(uint length, bool read) // SEC-20, SEC-21
    {
        var (client, edge) = await TransportsAsync();
        var header = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(header, length);
        await client.WriteAsync(header, default);
        var reading = EdgeHandshake.ReadAsync(edge, default).AsTask();
        if (read)
        {
            await client.WriteAsync(Enumerable.Repeat((byte)' ', 65_536).ToArray(), default);
        }

        var error = await Assert.ThrowsAsync<ProtocolException>(() => reading.Limited("the refusal"));
        Assert.Equal(read, !error.Message.Contains("claims"));
    }

    [Fact]
    public async Task HalfAHello_IsNotWaitedForAfterTheEnd()
    {
        var (client, edge) = await TransportsAsync();
        await client.WriteAsync(new byte[] { 0, 0, 1, 0, (byte)'{' }, default);
        client.Abort();
        await Assert.ThrowsAsync<ProtocolException>(() => EdgeHandshake.ReadAsync(edge, default).Limited("the end of the connection"));
    }

    [Fact]
    public void Secret_ShowsNothing()
    {
        Assert.Equal("***", Greeting.Token.ToString());
        Assert.DoesNotContain("mpt_x", Greeting.ToString());
    }

    private static ValueTask SendAsync(StreamTransport client, string json)
    {
        var bytes = new byte[4 + Encoding.UTF8.GetByteCount(json)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        Encoding.UTF8.GetBytes(json, bytes.AsSpan(4));
        return client.WriteAsync(bytes, default);
    }

    private static async Task<(StreamTransport Client, StreamTransport Edge)> TransportsAsync()
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        return (new StreamTransport(new NetworkStream(dialled, true)), new StreamTransport(new NetworkStream(accepted, true)));
    }
}
