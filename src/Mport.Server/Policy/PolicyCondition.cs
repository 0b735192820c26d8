using System.Collections.Frozen;
using Mport.Server.Edge.Http;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Policy;

/// <summary>For which requests a rule is meant: all that it names must fit. Immutable.</summary>
internal sealed class PolicyCondition
{
    private const int Most = 100;
    private static readonly string[] Keys = ["host", "path", "method", "address"];

    private FrozenSet<string>? _hosts;
    private PathPattern[]? _paths;
    private FrozenSet<string>? _methods;
    private IpNetworks? _addresses;

    /// <summary>Reads a <c>when</c> or an <c>except</c>.</summary>
    public static PolicyCondition? Read(PolicyNode node)
    {
        if (!node.IsGroup(Keys))
        {
            return null;
        }

        if (node.IsEmptyGroup)
        {
            node.Fault($"It names nothing; it takes {string.Join(", ", Keys)}.");
            return null;
        }

        return new PolicyCondition
        {
            _hosts = node.Get("host")?.Texts(Most, ReadHost)?.ToFrozenSet(StringComparer.Ordinal),
            _paths = node.Get("path")?.Texts(Most, ReadPath)?.ToArray(),
            _methods = node.Get("method")?.Texts(Most, ReadMethod)?.ToFrozenSet(StringComparer.Ordinal),
            _addresses = node.Get("address")?.Networks(),
        };
    }

    /// <summary>Reads a method's name.</summary>
    public static string? ReadMethod(PolicyNode node, string text)
    {
        if (text.Length is > 0 and <= 32 && text.All(c => char.IsAsciiLetter(c) || c is '-' or '_'))
        {
            return text.ToUpperInvariant();
        }

        node.Fault("It must be a method such as GET.");
        return null;
    }

    /// <summary>Whether a request is meant.</summary>
    /// <param name="request">The request.</param>
    /// <param name="effect">What follows when it is.</param>
    public bool Matches(PolicyRequest request, RuleEffect effect) =>
        (_hosts is null || _hosts.Contains(request.Host))
        && (_methods is null || _methods.Contains(request.Method))
        && (_addresses is null || _addresses.Contains(request.Address))
        && (_paths is null || MatchesPath(request.Path, effect));

    private bool MatchesPath(PolicyPath path, RuleEffect effect)
    {
        if (!path.IsPlain && effect != RuleEffect.Changes)
        {
            return effect == RuleEffect.Guards;
        }

        var comparison = effect == RuleEffect.Guards ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        foreach (var pattern in _paths ?? [])
        {
            if (pattern.Matches(path.Text, comparison))
            {
                return true;
            }
        }

        return false;
    }

    private static string? ReadHost(PolicyNode node, string text)
    {
        if (HostName.TryParse(text, out var host) && !text.Contains(':'))
        {
            return host.Name;
        }

        node.Fault("It must be a host's name without a port.");
        return null;
    }

    private static PathPattern? ReadPath(PolicyNode node, string text)
    {
        if (PathPattern.TryParse(text, out var pattern))
        {
            return pattern;
        }

        node.Fault("It must be a path such as /login, or /admin/* for all below it: decoded, without .. or //, with no other star.");
        return null;
    }
}
