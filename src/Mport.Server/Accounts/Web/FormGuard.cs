using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Mport.Server.Accounts.Web;

/// <summary>
/// Sees to it that a form comes from a page of ours (SEC-70): the browser must not say otherwise, and the form must hold what only our page knew, a
/// keyed hash of a cookie that this browser has. It needs no session, so that signing in is guarded too.
/// </summary>
internal sealed class FormGuard(AccountKey key, AccountsMetrics metrics, TimeProvider time, ILogger<FormGuard> logger)
{
    /// <summary>The name of the hidden field.</summary>
    public const string Field = "form";

    private const string Cookie = "mport-form";
    private const string Purpose = "form";

    // Our forms have six fields at most, and none longer than a password of 256 characters with escapes.
    private const int MaxBody = 32 * 1024;
    private static readonly FormOptions _options = new() { ValueCountLimit = 16, KeyLengthLimit = 64, ValueLengthLimit = 8 * 1024, BufferBodyLengthLimit = MaxBody };
    private static readonly TimeSpan _bodyTime = TimeSpan.FromSeconds(20);

    /// <summary>The hidden field's value for this browser; gives the browser its cookie where it has none.</summary>
    public string TokenFor(HttpContext context)
    {
        var cookie = WebCookies.Read(context, Cookie);
        if (OneTimeSecret.Read(cookie) is null || cookie is null)
        {
            cookie = OneTimeSecret.Create().Reveal();
            WebCookies.Write(context, Cookie, cookie);
        }

        return TokenOf(cookie);
    }

    /// <summary>Reads a form; null when it is none, is too large or slow, or did not come from a page of ours.</summary>
    public async Task<PostedForm?> ReadAsync(HttpContext context)
    {
        if (RequestOrigin.IsPossible(context) && WebCookies.Read(context, Cookie) is { } cookie && OneTimeSecret.Read(cookie) is not null
            && await ReadFieldsAsync(context) is { } fields
            && fields[Field] is [{ } sent]
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(TokenOf(cookie))))
        {
            return new PostedForm(fields);
        }

        metrics.FormRefused();
        logger.FormRefused(WebVisitor.Of(context).AddressText);
        return null;
    }

    private async Task<IFormCollection?> ReadFieldsAsync(HttpContext context)
    {
        if (!MediaTypeIsForm(context.Request.ContentType) || context.Request.ContentLength > MaxBody)
        {
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBody;
        }

        using var late = new CancellationTokenSource(_bodyTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        try
        {
            return await new FormFeature(context.Request, _options).ReadFormAsync(either.Token);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or BadHttpRequestException || (unreadable is OperationCanceledException && late.IsCancellationRequested))
        {
            return null;
        }
    }

    private static bool MediaTypeIsForm(string? type) => type?.Split(';')[0].Trim().Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ?? false;

    private string TokenOf(string cookie) => Base64Url.EncodeToString(key.Mac(Purpose, cookie));
}
