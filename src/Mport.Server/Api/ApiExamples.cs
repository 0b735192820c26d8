using System.Text.Json.Nodes;

namespace Mport.Server.Api;

/// <summary>A body for each operation that takes one, as the description and the pages show it. A test sends each of them.</summary>
internal static class ApiExamples
{
    private static readonly Dictionary<string, string> _bodies = new(StringComparer.Ordinal)
    {
        ["signIn"] = """{"email":"ann@example.com","password":"correct horse battery staple"}""",
        ["enterCode"] = """{"code":"123456"}""",
        ["register"] = """{"email":"ann@example.com"}""",
        ["forgotPassword"] = """{"email":"ann@example.com"}""",
        ["beginDeviceLogin"] = """{"machine":"build server"}""",
        ["pollDeviceLogin"] = """{"device_code":"the one that the machine got"}""",
        ["changeMyPassword"] = """{"current":"correct horse battery staple","chosen":"a better one of five words"}""",
        ["beginMyTotp"] = """{"password":"correct horse battery staple"}""",
        ["enableMyTotp"] = """{"code":"123456"}""",
        ["disableMyTotp"] = """{"password":"correct horse battery staple"}""",
        ["signInWithPasskey"] = """{"ticket":"the one that came with the options","credential":{"id":"AAAA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"AAAA","authenticatorData":"AAAA","signature":"AAAA","userHandle":"AAAA"}}}""",
        ["beginMyPasskey"] = """{"password":"correct horse battery staple"}""",
        ["addMyPasskey"] = """{"ticket":"the one that came with the options","name":"Phone","credential":{"id":"AAAA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"AAAA","attestationObject":"AAAA","transports":["internal"]}}}""",
        ["renameMyPasskey"] = """{"name":"Old phone"}""",
        ["removeMyPasskey"] = """{"password":"correct horse battery staple"}""",
        ["createPasswordLink"] = """{"email":"eve@example.com"}""",
        ["createToken"] = """{"name":"ci","scopes":["tunnels:read","tunnels:host"],"names":["ci-*"]}""",
        ["updateToken"] = """{"name":"build server"}""",
        ["rotateToken"] = """{"overlap_seconds":3600}""",
        ["createUser"] = """{"email":"ann@example.com","role":"member"}""",
        ["updateUser"] = """{"disabled":true}""",
        ["createInvitation"] = """{"email":"bob@example.com","role":"member"}""",
        ["createTeam"] = """{"name":"web-shop"}""",
        ["updateTeam"] = """{"name":"shop"}""",
        ["addTeamMember"] = """{"email":"dan@example.com","role":"member"}""",
        ["updateTeamMember"] = """{"role":"manager"}""",
        ["createTunnel"] = """{"name":"shop","proto":"http","subdomain":"shop","labels":{"env":"prod"}}""",
        ["updateTunnel"] = """{"labels":{"env":"test"}}""",
        ["createDomain"] = """{"name":"shop.example.com"}""",
        ["setPolicy"] = """{"rules":[{"allow":true,"when":{"path":"/webhook"}},{"basic_auth":"ann:correct horse"}]}""",
        ["checkPolicy"] = """{"rules":[{"ip":{"allow":"10.0.0.0/8"}}],"target":"/admin","address":"192.0.2.7"}""",
        ["createReservation"] = """{"subdomain":"blog"}""",
        ["setQuota"] = """{"bytes_per_month":100000000000,"connections":200,"action":"throttle","throttle_to":131072}""",
        ["replaceTunnel"] = """{"name":"shop","proto":"http","subdomain":"shop2"}""",
    };

    /// <summary>The example of an operation; null where it has none.</summary>
    public static JsonNode? Of(string operationId) => _bodies.TryGetValue(operationId, out var body) ? JsonNode.Parse(body) : null;
}
