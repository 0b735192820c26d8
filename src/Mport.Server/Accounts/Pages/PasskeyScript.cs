using System.Security.Cryptography;
using Mport.Server.Edge.Http;

namespace Mport.Server.Accounts.Pages;

/// <summary><c>/passkeys.js</c>, the one script of these pages: without one, no browser asks for a passkey.</summary>
internal sealed class PasskeyScript : IOwnRoutes
{
    /// <summary>Where it is served.</summary>
    public const string Path = "/passkeys.js";

    private const string Resource = "Mport.Server.Accounts.Passkeys.passkeys.js";

    private readonly Lazy<byte[]> _text = new(Read);

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, (RequestDelegate)WriteAsync);

    private async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(_text.Value).AsSpan(0, 8))}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "text/javascript; charset=utf-8";
        response.ContentLength = _text.Value.Length;
        await response.Body.WriteAsync(_text.Value, context.RequestAborted);
    }

    private static byte[] Read()
    {
        using var stream = typeof(PasskeyScript).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"{Resource} is missing.");
        using var text = new MemoryStream();
        stream.CopyTo(text);
        return text.ToArray();
    }
}
