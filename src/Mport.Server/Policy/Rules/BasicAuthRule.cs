using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using Mport.Protocol.Errors;

namespace Mport.Server.Policy.Rules;

/// <summary><c>basic_auth</c>: the visitor names a user and the password (RFC 7617).</summary>
internal sealed class BasicAuthRule : PolicyRule
{
    private const int MostUsers = 50;
    private const int LongestHeader = 2048;
    private static readonly string[] Keys = ["users", "realm", "pass"];

    private readonly IReadOnlyList<PolicyCredential> _users;
    private readonly PolicySecrets _secrets;
    private readonly string _realm;
    private readonly bool _pass;

    private BasicAuthRule(IReadOnlyList<PolicyCredential> users, PolicySecrets secrets, string realm, bool pass) =>
        (_users, _secrets, _realm, _pass) = (users, secrets, realm, pass);

    public override string Kind => "basic_auth";

    public override RuleEffect Effect => RuleEffect.Guards;

    public override bool IsAccess => true;

    /// <summary>Reads <c>user:password</c>, a list of these, or the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        var users = node;
        if (node.IsMap)
        {
            if (!node.IsGroup(Keys))
            {
                return null;
            }

            if (node.Get("users") is not { } named)
            {
                node.Fault("It needs users: user:password, or a list of them.");
                return null;
            }

            users = named;
        }

        var members = users.IsList ? users.Members().ToList() : [users];
        if (members.Count is 0 or > MostUsers)
        {
            users.Fault($"It must name 1 to {MostUsers} users.");
            return null;
        }

        var realm = node.Get("realm")?.Text(longest: 64) ?? "mport";
        if (realm.Any(c => c is < ' ' or > '~' or '"' or '\\'))
        {
            node.Get("realm")?.Fault("It has visible ASCII characters, no quotation marks and no backslashes.");
        }

        var credentials = members.Select(member => PolicyCredential.Read(member, reading)).OfType<PolicyCredential>().ToList();
        return credentials.Count < members.Count ? null : new BasicAuthRule(credentials, reading.Secrets, realm, node.Get("pass")?.Switch() ?? false);
    }

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        var header = request.Header("Authorization");
        if (TryRead(header, out var user, out var password))
        {
            if (_secrets.BlockedFor(request.Address) is { } wait)
            {
                return TooMany(wait);
            }

            var digest = _secrets.DigestOf($"{user}:{password}");
            foreach (var credential in _users)
            {
                switch (credential.Fits(user, password, digest))
                {
                    case true:
                        plan.DropsAuthorization |= !_pass;
                        return null;
                    case null:
                        return TooMany(TimeSpan.FromSeconds(1));
                    case false:
                        break;
                }
            }

            _secrets.Failed(request.Address);
        }

        return new PolicyAnswer(StatusCodes.Status401Unauthorized)
        {
            Error = PolicyErrors.LoginNeeded,
            Headers = [new("WWW-Authenticate", $"Basic realm=\"{_realm}\", charset=\"UTF-8\"")],
        };
    }

    public override JsonNode StoredValue() => ToJson(static user => user.ToStored());

    public override JsonNode ShownValue() => ToJson(static user => user.ToShown());

    private static PolicyAnswer TooMany(TimeSpan wait) => new(StatusCodes.Status429TooManyRequests)
    {
        Error = PolicyErrors.TooManyGuesses,
        RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
    };

    private static bool TryRead(StringValues header, out string user, out string password)
    {
        (user, password) = ("", "");
        // Two of them are two opinions about who this is.
        if (header is not [{ } text] || text.Length > LongestHeader || !text.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text[6..].Trim(), bytes, out var count))
        {
            return false;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, count);
        var colon = pair.IndexOf(':');
        if (colon < 0)
        {
            return false;
        }

        (user, password) = (pair[..colon], pair[(colon + 1)..]);
        return true;
    }

    private JsonObject ToJson(Func<PolicyCredential, JsonNode> write) =>
        new() { ["users"] = new JsonArray([.. _users.Select(write)]), ["realm"] = _realm, ["pass"] = _pass };
}
