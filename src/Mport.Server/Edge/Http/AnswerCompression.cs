using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using Mport.Protocol.Streams;

namespace Mport.Server.Edge.Http;

/// <summary>The body of an answer on its way through gzip or brotli, each piece flushed as it comes.</summary>
internal sealed class AnswerCompression : DuplexStream
{
    // Below this, the frame of the format outweighs what is saved.
    private const long LeastLength = 256;

    private readonly Stream _codec;

    private AnswerCompression(Stream codec) => _codec = codec;

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <summary>Compresses the answer whose headers stand in the context, where its type, its headers and the visitor allow it.</summary>
    public static AnswerCompression? TryBegin(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        if (response.StatusCode is < 200 or StatusCodes.Status204NoContent or StatusCodes.Status206PartialContent or StatusCodes.Status304NotModified
            || headers.ContentEncoding.Count > 0 || headers.ContentRange.Count > 0 || request.Headers.Range.Count > 0
            || headers.CacheControl.ToString().Contains("no-transform", StringComparison.OrdinalIgnoreCase)
            || !IsCompressible(response.ContentType) || response.ContentLength < LeastLength)
        {
            return null;
        }

        // For caches: said to those who take it plain too.
        if (!headers.Vary.ToString().Contains("Accept-Encoding", StringComparison.OrdinalIgnoreCase) && headers.Vary.ToString() != "*")
        {
            headers.Append("Vary", "Accept-Encoding");
        }

        var coding = Choose(request.Headers.AcceptEncoding);
        if (coding is null || HttpMethods.IsHead(request.Method))
        {
            return null;
        }

        headers.ContentEncoding = coding;
        headers.ContentLength = null;
        headers.Remove("Content-MD5");
        headers.Remove("Content-Digest");
        headers.Remove("Accept-Ranges");
        if (headers.ETag is [['"', ..] strong])
        {
            headers.ETag = "W/" + strong;
        }

        var compression = new AnswerCompression(coding == "br"
            ? new BrotliStream(response.Body, CompressionLevel.Fastest, leaveOpen: true)
            : new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true));
        response.Body = compression;
        return compression;
    }

    /// <summary>Writes the format's end. Not to be called for an answer that broke off: it would look whole.</summary>
    public ValueTask CompleteAsync() => _codec.DisposeAsync();

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _codec.WriteAsync(buffer, cancellationToken);
        await _codec.FlushAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => _codec.FlushAsync(cancellationToken);

    // Of the visitor's codings the better one that it does not refuse with a quality of 0.
    private static string? Choose(Microsoft.Extensions.Primitives.StringValues accepted)
    {
        if (!StringWithQualityHeaderValue.TryParseList(accepted, out var codings))
        {
            return null;
        }

        string? chosen = null;
        foreach (var coding in codings)
        {
            if (coding.Quality is not 0 && (coding.Value.Equals("br", StringComparison.OrdinalIgnoreCase) || (chosen is null && coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase))))
            {
                chosen = coding.Value.Value?.ToLowerInvariant();
            }
        }

        return chosen;
    }

    // Streams of events and gRPC are left alone: their readers wait for each message.
    private static bool IsCompressible(string? contentType)
    {
        var type = (contentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        return type != "text/event-stream" && (type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("+json", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal)
            || type is "application/json" or "application/javascript" or "application/xml" or "application/wasm" or "application/manifest+json" or "image/bmp" or "font/ttf" or "font/otf");
    }
}
