using System.Buffers;
using Microsoft.Net.Http.Headers;
using Mport.Protocol.Errors;

namespace Mport.Server.Api;

/// <summary>Reads a request's body: of the right media type, whole, in time, and not too large.</summary>
internal sealed class ApiBodyReader(ApiOptions options, TimeProvider time)
{
    /// <summary>Reads the body into the request's features, or says why not.</summary>
    public async ValueTask<ApiProblem?> ReadAsync(HttpContext context, ApiBody body)
    {
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !body.ContentTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return ApiProblem.Of(StatusCodes.Status415UnsupportedMediaType, ApiErrors.MediaTypeUnsupported);
        }

        if (request.ContentLength > ApiBody.MaxBytes)
        {
            return TooLarge(context);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ApiBody.MaxBytes + 1);
        try
        {
            var (count, problem) = await FillAsync(context, buffer);
            if (problem is not null)
            {
                return problem;
            }

            var (content, unfit) = body.Read(buffer.AsSpan(0, count).ToArray());
            context.Features.Set(content);
            return unfit;
        }
        finally
        {
            // A body may hold a password.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static ApiProblem TooLarge(HttpContext context)
    {
        // The rest of the body is not worth reading.
        context.Response.Headers.Connection = "close";
        return ApiProblem.Of(StatusCodes.Status413PayloadTooLarge, ApiErrors.BodyTooLarge);
    }

    private async Task<(int Count, ApiProblem? Problem)> FillAsync(HttpContext context, byte[] buffer)
    {
        using var late = new CancellationTokenSource(options.BodyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        var count = 0;
        try
        {
            while (count <= ApiBody.MaxBytes && await context.Request.Body.ReadAsync(buffer.AsMemory(count, ApiBody.MaxBytes + 1 - count), either.Token) is > 0 and var read)
            {
                count += read;
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close";
            return (0, ApiProblem.Of(StatusCodes.Status408RequestTimeout, ApiErrors.BodyTimeout));
        }

        return count > ApiBody.MaxBytes ? (0, TooLarge(context)) : (count, null);
    }
}
