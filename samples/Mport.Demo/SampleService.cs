using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mport.Demo;

/// <summary>The local service that the demo makes public: one page that shows what reached it.</summary>
internal sealed class SampleService : IAsyncDisposable
{
    private readonly WebApplication _application;

    private SampleService(WebApplication application) => _application = application;

    /// <summary>The port, on 127.0.0.1.</summary>
    public int Port => new Uri(_application.Urls.First()).Port;

    /// <summary>Starts it on a free port.</summary>
    public static async Task<SampleService> StartAsync(CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        application.MapGet("/", (HttpRequest request) => Results.Content(Page(request), "text/html; charset=utf-8"));
        await application.StartAsync(stop);
        return new SampleService(application);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static string Page(HttpRequest request)
    {
        var rows = string.Concat(request.Headers.Select(h => $"\n    <tr><th>{WebUtility.HtmlEncode(h.Key)}</th><td>{WebUtility.HtmlEncode(h.Value)}</td></tr>"));
        return $$"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width">
              <title>Hello through Mport</title>
              <style>
                body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 4rem auto; padding: 0 1rem; color: #1c2733; background: #f6f8fa }
                main { background: #fff; border: 1px solid #d9e0e7; border-radius: 12px; padding: 1.5rem 2rem }
                h1 { font-size: 1.5rem; margin: 0 0 .5rem }
                table { border-collapse: collapse; width: 100%; font-size: .875rem }
                th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid #eef1f4; overflow-wrap: anywhere }
                th { white-space: nowrap; font-weight: 600 }
                @media (prefers-color-scheme: dark) {
                  body { color: #d7dee6; background: #11161c } main { background: #1a2129; border-color: #2c3641 } th, td { border-color: #2c3641 }
                }
              </style>
            </head>
            <body>
            <main>
              <h1>Hello through Mport</h1>
              <p>This page comes from a small service on 127.0.0.1. Your request went to the edge, through one TLS connection to the client, and from there to the service. These headers arrived:</p>
              <table>{{rows}}
              </table>
            </main>
            </body>
            </html>
            """;
    }
}
