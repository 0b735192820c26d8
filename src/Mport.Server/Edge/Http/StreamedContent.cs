using System.Net;

namespace Mport.Server.Edge.Http;

/// <summary>
/// The forwarded body, whose bytes leave at once. HttpClient keeps up to 4 KiB of a body back until there is more, which would hold up whoever
/// streams small pieces; so the body flushes whenever the visitor has no more to read at the moment.
/// </summary>
internal sealed class StreamedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly WatchedBody _body;

    /// <summary>Takes over the inner content's headers.</summary>
    /// <param name="inner">YARP's content, which copies the body.</param>
    /// <param name="body">The body that it reads from.</param>
    public StreamedContent(HttpContent inner, WatchedBody body)
    {
        _inner = inner;
        _body = body;
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _body.Output = stream;
        return _inner.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
