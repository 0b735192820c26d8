using System.Text.Json;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Api;

/// <summary>Calls the API of an edge with curl, as the docs say.</summary>
internal sealed class Curl(EdgeProcess edge)
{
    public string Address { get; } = $"http://127.0.0.1:{edge.HttpPort}";

    /// <summary>Calls it as the owner, and gives the answer's body; fails unless the status is one of success.</summary>
    public async Task<JsonElement> SendAsync(string method, string path, string? body = null)
    {
        string[] sent = body is null ? [] : ["-H", $"Content-Type: application/{(method == "PATCH" ? "merge-patch+json" : "json")}", "-H", "If-Match: *", "-d", body];
        var ran = await Ran.ToEndAsync("curl", ["-sS", "--fail-with-body", "-X", method, "-H", $"Authorization: Bearer {edge.Token}", .. sent, $"{Address}/api/v1/{path}"]);
        var text = ran.Succeeded();
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The ids of a list.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(string list) =>
        [.. (await SendAsync("GET", list)).GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString() ?? "")];
}
