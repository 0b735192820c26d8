using System.Net;
using System.Text;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Http;

/// <summary>A request body without a length that the test writes piece by piece.</summary>
internal sealed class SlowContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Sends a piece.</summary>
    public async Task WriteAsync(string text)
    {
        var stream = await _begun.Task.Limited("the request's head to be sent");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text)).Limited("a piece of the request's body to be sent");
        await stream.FlushAsync().Limited("a piece of the request's body to be sent");
    }

    /// <summary>Ends the body.</summary>
    public void Complete() => _complete.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _begun.TrySetResult(stream);
        await stream.FlushAsync();
        await _complete.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
