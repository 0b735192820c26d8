using System.Security.Cryptography;
using System.Text;
using Mport.Protocol.Errors;

namespace Mport.Server.Api;

/// <summary>
/// POST with an Idempotency-Key: sent again, by whoever did not hear the answer, it does nothing again and gets the same answer, for 24 hours and over a
/// restart of the edge. A key is of one caller's credentials.
/// </summary>
internal sealed class ApiIdempotency(IdempotencyStore store)
{
    private const int MaxKey = 255;

    /// <summary>Runs the endpoint, or answers as the first time.</summary>
    /// <param name="context">The request, which has passed the gate.</param>
    /// <param name="endpoint">Runs its endpoint.</param>
    public async Task RunAsync(HttpContext context, RequestDelegate endpoint)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0 || context.Request.Method != HttpMethods.Post || context.Features.Get<ApiCaller>() is not { } caller)
        {
            await endpoint(context);
            return;
        }

        if (key.Length > MaxKey || !key.All(c => c is >= ' ' and <= '~'))
        {
            await ApiProblem.Of(StatusCodes.Status400BadRequest, ApiErrors.RequestInvalid, $"Idempotency-Key must have 1 to {MaxKey} characters of ASCII.").ExecuteAsync(context);
            return;
        }

        var keyHash = SHA256.HashData(Encoding.UTF8.GetBytes(caller.CredentialId + "\n" + key));
        var requestHash = HashOf(context);
        switch (await store.BeginAsync(keyHash, requestHash, context.RequestAborted))
        {
            case null:
                await RunFirstAsync(context, endpoint, caller, keyHash);
                break;
            case { } known when !known.RequestHash.AsSpan().SequenceEqual(requestHash):
                await ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, ApiErrors.IdempotencyKeyReused).ExecuteAsync(context);
                break;
            case { Answer: { } answer }:
                await AnswerAsync(context, KeptAnswer.Open(answer, caller, keyHash));
                break;
            default:
                await (ApiProblem.Of(StatusCodes.Status409Conflict, ApiErrors.IdempotencyInProgress) with { RetryAfter = TimeSpan.FromSeconds(1) }).ExecuteAsync(context);
                break;
        }
    }

    private static byte[] HashOf(HttpContext context)
    {
        var body = context.Features.Get<ApiBodyContent>()?.Bytes ?? ReadOnlyMemory<byte>.Empty;
        return SHA256.HashData([.. Encoding.UTF8.GetBytes($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n"), .. body.Span]);
    }

    private static async Task AnswerAsync(HttpContext context, KeptAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers["Idempotency-Replayed"] = "true";
        response.Headers.Location = answer.Location;
        response.Headers.ETag = answer.ETag;
        await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private async Task RunFirstAsync(HttpContext context, RequestDelegate endpoint, ApiCaller caller, byte[] keyHash)
    {
        var response = context.Response;
        var real = response.Body;
        using var held = new MemoryStream();
        response.Body = held;
        var done = false;
        try
        {
            await endpoint(context);
            done = response.StatusCode is >= 200 and < 300;
            if (done)
            {
                // Before the caller hears it, and whether or not it still listens: what was done must not be done twice.
                var answer = new KeptAnswer(response.StatusCode, response.Headers.Location.ToString(), response.Headers.ETag.ToString(), held.ToArray());
                await store.EndAsync(keyHash, answer.Seal(caller, keyHash), CancellationToken.None);
            }
        }
        finally
        {
            response.Body = real;
            if (!done)
            {
                await store.ForgetAsync(keyHash, CancellationToken.None);
            }
        }

        await real.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), context.RequestAborted);
    }
}
