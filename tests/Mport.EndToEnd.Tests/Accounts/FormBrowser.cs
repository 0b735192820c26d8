using System.Net;
using System.Net.Http;
using System.Text.RegularExpressions;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Accounts;

/// <summary>A browser without scripts on the edge's own machine: cookies, redirects, and the forms of the page that it shows.</summary>
internal sealed partial class FormBrowser : IDisposable
{
    private readonly HttpClient _http;

    public FormBrowser(EdgeProcess edge) =>
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri($"http://localhost:{edge.HttpPort}") };

    public string Html { get; private set; } = "";

    public async Task OpenAsync(string address)
    {
        using var response = await _http.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute)).Limited($"the page {address}");
        Html = await response.Content.ReadAsStringAsync().Limited("the page");
        Assert.True(response.IsSuccessStatusCode, Html);
    }

    /// <summary>Sends the page's first form of this action, with what it holds and these values.</summary>
    public async Task SubmitAsync(string action, params (string Name, string Value)[] values)
    {
        var form = Form().Matches(Html).First(match => match.Groups["action"].Value == action).Value;
        var fields = Hidden().Matches(form).ToDictionary(match => match.Groups["name"].Value, match => WebUtility.HtmlDecode(match.Groups["value"].Value));
        foreach (var (name, value) in values)
        {
            fields[name] = value;
        }

        using var content = new FormUrlEncodedContent(fields);
        using var response = await _http.PostAsync(new Uri(action, UriKind.Relative), content).Limited($"the answer of {action}");
        Html = await response.Content.ReadAsStringAsync().Limited("the page");
        Assert.True(response.IsSuccessStatusCode, Html);
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("<form method=\"post\" action=\"(?<action>[^\"]*)\">.*?</form>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\">", RegexOptions.ExplicitCapture)]
    private static partial Regex Hidden();
}
