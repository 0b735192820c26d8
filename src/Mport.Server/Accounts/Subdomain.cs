using Mport.Protocol.Errors;

namespace Mport.Server.Accounts;

/// <summary>What a subdomain of the edge's domain may be called (SEC-44).</summary>
internal static class Subdomain
{
    /// <summary>Why the name cannot be a subdomain of any edge, or null when it can.</summary>
    public static Failure? Refuse(string name) => Refuse(name, ForbiddenNames.BuiltIn);

    /// <summary>Why the name cannot be a subdomain, or null when it can.</summary>
    public static Failure? Refuse(string name, ForbiddenNames forbidden)
    {
        // Reserved names come first: some of them begin with an underscore, and "reserved" tells more than "invalid".
        if (ReservedNames.Contains(name))
        {
            return forbidden.Refuse(name);
        }

        // xn-- is refused since what a browser shows for it can look like any other name.
        if (!DomainName.IsLabel(name) || name.StartsWith("xn--", StringComparison.Ordinal))
        {
            return Failure.Of(
                TunnelErrors.NameInvalid, "A subdomain has 1 to 63 characters of a-z, 0-9 and hyphen, no hyphen at an end, and does not begin with xn--.");
        }

        return forbidden.Refuse(name);
    }
}
