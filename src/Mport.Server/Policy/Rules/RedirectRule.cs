namespace Mport.Server.Policy.Rules;

/// <summary><c>redirect</c>: sends the visitor elsewhere.</summary>
internal sealed class RedirectRule(string to, int status, bool keepsPath) : PolicyRule
{
    private const int Longest = 2048;
    private static readonly string[] Keys = ["to", "status", "keep_path"];
    private static readonly int[] Statuses = [301, 302, 303, 307, 308];

    public override string Kind => "redirect";

    public override RuleEffect Effect => RuleEffect.Guards;

    /// <summary>Reads where to, or the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        var to = node;
        if (node.IsMap)
        {
            if (!node.IsGroup(Keys))
            {
                return null;
            }

            if (node.Get("to") is not { } named)
            {
                node.Fault("It needs to: a URL, or a path of the same host.");
                return null;
            }

            to = named;
        }

        var status = StatusCodes.Status302Found;
        if (node.Get("status") is { } wanted)
        {
            status = wanted.Number(301, 308);
            if (!Statuses.Contains(status))
            {
                wanted.Fault("It must be 301, 302, 303, 307 or 308.");
            }
        }

        var keeps = node.Get("keep_path")?.Switch() ?? false;
        if (to.Text(Longest) is not { } text)
        {
            return null;
        }

        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && text.Contains("://", StringComparison.Ordinal);
        var isPath = text.StartsWith('/') && text is not ['/', '/' or '\\', ..];
        if (text.Any(c => c is <= ' ' or > '~') || !(isUrl || isPath))
        {
            to.Fault("It must be a URL that begins with http:// or https://, or a path that begins with one slash; in ASCII, with others escaped.");
            return null;
        }

        // A visitor's path of two slashes behind nothing would be another host.
        if (keeps && (!isUrl || text.Contains('?') || text.Contains('#')))
        {
            to.Fault("With keep_path it must be a URL without query.");
            return null;
        }

        return new RedirectRule(keeps ? text.TrimEnd('/') : text, status, keeps);
    }

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan) =>
        new(status) { Headers = [new("Location", keepsPath ? to + request.Target : to), new("Cache-Control", "no-store")] };
}
