using System.Text;
using System.Text.Json;
using Mport.Server.Hosting.Handover;

namespace Mport.Server.Tests.Hosting.Handover;

/// <summary>The bytes that another version sends and reads.</summary>
public sealed class HandoverMessageTests
{
    private static readonly (HandoverMessage Message, string Json)[] Golden =
    [
        (new HandoverAsked(1, "0.1.0", 42), """{"type":"asked","protocol":1,"version":"0.1.0","process":42}"""),
        (new HandoverGranted("0.1.0", 41), """{"type":"granted","version":"0.1.0","process":41}"""),
        (new HandoverRefused("MP-2041", "t"), """{"type":"refused","code":"MP-2041","text":"t"}"""),
        (new HandoverStep(HandoverStage.Prepared), """{"type":"step","stage":"prepared"}"""),
        (new HandoverStep(HandoverStage.Received), """{"type":"step","stage":"received"}"""),
        (new HandoverStep(HandoverStage.Ready), """{"type":"step","stage":"ready"}"""),
        (new HandoverStep(HandoverStage.Held), """{"type":"step","stage":"held"}"""),
        (new HandoverStep(HandoverStage.Serving), """{"type":"step","stage":"serving"}"""),
        (
            new HandoverPart
            {
                Descriptors = [SocketRole.Lock, SocketRole.Control, SocketRole.Tls, SocketRole.Http, SocketRole.Tcp, SocketRole.Udp],
                Hosts = ["shop"],
                Generation = 7,
                IsLast = true,
            },
            """{"type":"part","descriptors":["lock","control","tls","http","tcp","udp"],"hosts":["shop"],"generation":7,"is_last":true}"""),
    ];

    [Fact]
    public void EachMessage_HasTheseBytes() => Assert.All(Golden, pair =>
    {
        Assert.Equal(pair.Json, Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(pair.Message, HandoverJson.Default.HandoverMessage)));
        var read = JsonSerializer.Deserialize(pair.Json, HandoverJson.Default.HandoverMessage);
        Assert.Equal(pair.Json, JsonSerializer.Serialize(read, HandoverJson.Default.HandoverMessage));
    });
}
