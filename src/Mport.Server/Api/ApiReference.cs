using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mport.Server.Api;

/// <summary>The API's description and the page made of it. Both are made once, at the first request: they never change while the edge runs.</summary>
internal sealed class ApiReference(IServiceProvider services) : IDisposable
{
    private readonly SemaphoreSlim _making = new(1);
    private volatile Made? _made;

    /// <summary>Serves <c>/openapi/v1.json</c> and <c>/docs/api</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openapi/v1.json", static context => WriteAsync(context, "application/json; charset=utf-8", static made => made.Json)).ExcludeFromDescription();
        routes.MapGet("/docs/api", static context => WriteAsync(context, "text/html; charset=utf-8", static made => made.Page)).ExcludeFromDescription();
    }

    /// <inheritdoc />
    public void Dispose() => _making.Dispose();

    private static async Task WriteAsync(HttpContext context, string mediaType, Func<Made, byte[]> part)
    {
        var made = await context.RequestServices.GetRequiredService<ApiReference>().MakeAsync(context.RequestAborted);
        var response = context.Response;
        response.ContentType = mediaType;
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        var bytes = part(made);
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private async Task<Made> MakeAsync(CancellationToken cancellationToken)
    {
        if (_made is { } known)
        {
            return known;
        }

        await _making.WaitAsync(cancellationToken);
        try
        {
            if (_made is null)
            {
                var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(ApiDocument.Name).GetOpenApiDocumentAsync(cancellationToken);
                var json = (await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken)).ReplaceLineEndings("\n") + "\n";
                _made = new Made(Encoding.UTF8.GetBytes(json), Encoding.UTF8.GetBytes(ApiPage.Of(document)));
            }

            return _made;
        }
        finally
        {
            _making.Release();
        }
    }

    private sealed record Made(byte[] Json, byte[] Page);
}
