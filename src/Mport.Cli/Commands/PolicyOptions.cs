using System.CommandLine;
using System.Text.Json;
using Mport.Cli.Configuration;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Commands;

/// <summary>The options that put rules in front of a tunnel, and the policy that they make: the rules of <c>--policy</c> first, then one rule for each kind of option.</summary>
internal sealed class PolicyOptions
{
    private readonly Option<string?> _file = new("--policy") { HelpName = "FILE", Description = "Rules in front of the tunnel, as docs/policy.md describes" };
    private readonly Option<string[]> _basicAuth = Many("--basic-auth", "USER:PASSWORD", "Let visitors in with this password alone");
    private readonly Option<string[]> _allow = Many("--cidr-allow", "NETWORK", "Let visitors of this network in, and no others");
    private readonly Option<string[]> _deny = Many("--cidr-deny", "NETWORK", "Keep visitors of this network out");
    private readonly Option<string[]> _requestAdd = Many("--request-header-add", "'NAME: VALUE'", "Add a header to each request");
    private readonly Option<string[]> _requestRemove = Many("--request-header-remove", "NAME", "Remove a header from each request");
    private readonly Option<string[]> _responseAdd = Many("--response-header-add", "'NAME: VALUE'", "Add a header to each answer");
    private readonly Option<string[]> _responseRemove = Many("--response-header-remove", "NAME", "Remove a header from each answer");
    private readonly Option<string?> _host = new("--host-header") { HelpName = "HOST|rewrite", Description = "The Host that the target gets; rewrite for the target's own address" };
    private readonly Option<bool> _compression = new("--compression") { Description = "Compress answers for visitors that take it" };

    /// <summary>Adds the options that fit a kind of tunnel.</summary>
    public void AddTo(Command command, TunnelKind kind)
    {
        CommonOptions.Add(command, [_file, _allow, _deny]);
        if (kind == TunnelKind.Http)
        {
            CommonOptions.Add(command, [_basicAuth, _requestAdd, _requestRemove, _responseAdd, _responseRemove, _host, _compression]);
        }
    }

    /// <summary>The policy that the command line asks for; null for none.</summary>
    public JsonElement? Read(ParseResult parsed, Action<Failure?> note)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            if (parsed.GetValue(_file) is { } path)
            {
                var file = PolicyFile.Load(path);
                foreach (var failure in file.Failures)
                {
                    note(failure);
                }

                foreach (var rule in file.Value?.Rules.EnumerateArray() ?? [])
                {
                    rule.WriteTo(json);
                }
            }

            WriteRules(parsed, json, note);
            json.WriteEndArray();
        }

        using var document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.GetArrayLength() == 0 ? null : document.RootElement.Clone();
    }

    private void WriteRules(ParseResult parsed, Utf8JsonWriter json, Action<Failure?> note)
    {
        WriteLists(json, "ip", ("allow", parsed.GetValue(_allow)), ("deny", parsed.GetValue(_deny)));
        if (parsed.GetValue(_basicAuth) is { Length: > 0 } users)
        {
            foreach (var user in users.Where(user => user.IndexOf(':') <= 0 || user.EndsWith(':')))
            {
                note(Failure.Of(UsageErrors.InvalidArgument, $"{_basicAuth.Name} takes user:password; of \"{user.Split(':')[0]}\" one of the two is missing."));
            }

            json.WriteStartObject();
            WriteList(json, "basic_auth", users);
            json.WriteEndObject();
        }

        WriteHeaders(json, "request_headers", parsed, _requestAdd, _requestRemove, note);
        WriteHeaders(json, "response_headers", parsed, _responseAdd, _responseRemove, note);
        if (parsed.GetValue(_host) is { } host)
        {
            json.WriteStartObject();
            json.WriteString("host", host);
            json.WriteEndObject();
        }

        if (parsed.GetValue(_compression))
        {
            json.WriteStartObject();
            json.WriteBoolean("compress", value: true);
            json.WriteEndObject();
        }
    }

    private static void WriteHeaders(Utf8JsonWriter json, string kind, ParseResult parsed, Option<string[]> add, Option<string[]> remove, Action<Failure?> note)
    {
        var headers = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in parsed.GetValue(add) ?? [])
        {
            var colon = text.IndexOf(':');
            if (colon <= 0 || text[(colon + 1)..].Trim().Length == 0)
            {
                note(Failure.Of(UsageErrors.InvalidArgument, $"{add.Name} is \"{text}\"; it takes 'Name: value'."));
                continue;
            }

            var name = text[..colon].Trim();
            (headers.TryGetValue(name, out var values) ? values : headers[name] = []).Add(text[(colon + 1)..].Trim());
        }

        var removed = parsed.GetValue(remove) ?? [];
        if (headers.Count == 0 && removed.Length == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject(kind);
        if (removed.Length > 0)
        {
            WriteList(json, "remove", removed);
        }

        if (headers.Count > 0)
        {
            json.WriteStartObject("add");
            foreach (var (name, values) in headers)
            {
                WriteList(json, name, values);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLists(Utf8JsonWriter json, string kind, params (string Key, string[]? Values)[] lists)
    {
        if (lists.All(list => list.Values is not { Length: > 0 }))
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject(kind);
        foreach (var (key, values) in lists)
        {
            if (values is { Length: > 0 })
            {
                WriteList(json, key, values);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string key, IEnumerable<string> values)
    {
        json.WriteStartArray(key);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static Option<string[]> Many(string name, string takes, string does) => new(name) { HelpName = takes, Description = does };
}
