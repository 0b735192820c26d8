using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Mport.Server.Edge.Http;

/// <summary>What a target may answer. The target is as little trusted as the visitor: its answer must not confuse what is between here and the visitor (SEC-09, SEC-11).</summary>
internal static class TargetResponseRules
{
    // nginx and Kestrel allow a request 100; responses of real applications stay below that too.
    private const int MaxHeaders = 500;
    private const string WebSocketGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Accepts a response's head.</summary>
    /// <exception cref="BadTargetResponseException">It must not be passed on.</exception>
    public static void Check(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status is < 100 or > 599)
        {
            throw new BadTargetResponseException($"It answered with the status {status}, which HTTP does not have.");
        }

        if (response.Headers.NonValidated.Count + response.Content.Headers.NonValidated.Count > MaxHeaders)
        {
            throw new BadTargetResponseException($"It answered with more than {MaxHeaders} headers.");
        }

        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            CheckUpgrade(response);
        }
    }

    private static void CheckUpgrade(HttpResponseMessage response)
    {
        var asked = response.RequestMessage?.Headers.Upgrade.ToString() ?? "";
        if (asked.Length == 0 || !asked.Equals(response.Headers.Upgrade.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            throw new BadTargetResponseException("It switched to a protocol that was not asked for.");
        }

        if (asked.Equals("websocket", StringComparison.OrdinalIgnoreCase) && One(response.Headers, HeaderNames.SecWebSocketAccept) != ExpectedAccept(response))
        {
            throw new BadTargetResponseException("It accepted a WebSocket with a Sec-WebSocket-Accept that does not fit the request.");
        }
    }

    private static string ExpectedAccept(HttpResponseMessage response)
    {
        var key = response.RequestMessage is { } request ? One(request.Headers, HeaderNames.SecWebSocketKey) : "";
#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1; nothing is kept secret by it.
        return Convert.ToBase64String(SHA1.HashData(Encoding.Latin1.GetBytes(key + WebSocketGuid)));
#pragma warning restore CA5350
    }

    private static string One(System.Net.Http.Headers.HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : "";
}
