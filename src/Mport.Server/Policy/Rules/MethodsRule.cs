using System.Collections.Frozen;
using Mport.Protocol.Errors;

namespace Mport.Server.Policy.Rules;

/// <summary><c>methods</c>: requests with some methods alone. GET brings HEAD with it. A header that names another method counts too.</summary>
internal sealed class MethodsRule : PolicyRule
{
    private const int Most = 50;

    // Frameworks act on these in place of the request line's method.
    private static readonly string[] Overrides = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    private readonly FrozenSet<string> _methods;
    private readonly string _allow;

    private MethodsRule(IEnumerable<string> methods)
    {
        var all = methods.ToList();
        if (all.Contains("GET") && !all.Contains("HEAD"))
        {
            all.Add("HEAD");
        }

        _methods = all.ToFrozenSet(StringComparer.Ordinal);
        _allow = string.Join(", ", all.Distinct());
    }

    public override string Kind => "methods";

    public override RuleEffect Effect => RuleEffect.Guards;

    public override bool IsAccess => true;

    /// <summary>Reads a method, or a list of methods.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading) =>
        node.Texts(Most, PolicyCondition.ReadMethod) is { } methods ? new MethodsRule(methods) : null;

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan) =>
        _methods.Contains(request.Method) && !Overrides.Any(name => NamesAnother(request, name)) ? null : new PolicyAnswer(StatusCodes.Status405MethodNotAllowed)
        {
            Error = PolicyErrors.MethodForbidden,
            Headers = [new("Allow", _allow)],
        };

    private bool NamesAnother(PolicyRequest request, string header)
    {
        foreach (var value in request.Header(header))
        {
            if (!_methods.Contains((value ?? "").Trim().ToUpperInvariant()))
            {
                return true;
            }
        }

        return false;
    }
}
