using System.Text.Json;
using Microsoft.OpenApi;

namespace Mport.Server.Api;

/// <summary>How an operation is called with curl, from its description. Ids stand as variables named after their kind: <c>$TUNNEL_ID</c>.</summary>
internal static class CurlExample
{
    private static readonly JsonSerializerOptions _oneLine = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The command.</summary>
    public static string Of(string path, string method, OpenApiOperation operation)
    {
        var collection = path.Split("/{")[0].Split('/')[^1];
        var address = path.Replace("{id}", "$" + collection.TrimEnd('s').ToUpperInvariant() + "_ID").Replace("{user_id}", "$USER_ID").Replace("{cid}", "$CONNECTION_ID");
        var how = method != "GET" ? $" -X {method}" : operation.Responses?.Values.Any(answer => answer.Content?.ContainsKey("text/event-stream") == true) == true ? " -N" : "";
        var lines = new List<string> { $"curl -sS{how} \"$EDGE{address}\"", "-H \"Authorization: Bearer $TOKEN\"" };
        if (operation.Parameters?.Any(parameter => parameter.Name == "If-Match" && parameter.Required) == true)
        {
            lines.Add("-H 'If-Match: *'");
        }

        if (operation.RequestBody?.Content?.FirstOrDefault() is { Value: { } body, Key: { } mediaType })
        {
            lines.Add($"-H 'Content-Type: {mediaType}'");
            lines.Add($"-d '{body.Example?.ToJsonString(_oneLine)}'");
        }

        return string.Join(" \\\n  ", lines);
    }
}
