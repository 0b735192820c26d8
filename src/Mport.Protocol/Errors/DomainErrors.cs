namespace Mport.Protocol.Errors;

/// <summary>Custom domains: 166x.</summary>
public static class DomainErrors
{
    /// <summary>The text is no domain that can be used.</summary>
    public static ErrorDescription DomainInvalid { get; } = new()
    {
        Code = new(1660),
        Title = "This cannot be a custom domain",
        Why = "A custom domain is a host name such as shop.example.com, or *.example.com for any one label, outside the edge's own domain.",
        Fix = "Correct the name. For a name below the edge's own domain use --subdomain.",
    };

    /// <summary>The domain is not proven yet.</summary>
    public static ErrorDescription DomainNotProven { get; } = new()
    {
        Code = new(1661),
        Title = "The domain is not proven to be yours yet",
        Why = "Before the edge sends visitors of a domain anywhere, a TXT record in its DNS must show that its owner wants that. The edge has looked, and the record is not there.",
        Fix = "Set the records that the message names, at whoever runs the domain's DNS. mport looks again by itself; POST /api/v1/domains/{id}/check shows what is expected and what was found.",
    };

    /// <summary>Another account has proven the domain.</summary>
    public static ErrorDescription DomainTaken { get; } = new()
    {
        Code = new(1662),
        Title = "The domain is another account's",
        Why = "Another account of this edge has proven that the domain is its own, or a tunnel of it answers for the host.",
        Fix = "Remove it there first. If it is not known who has it, ask the edge's operator.",
    };

    /// <summary>The account has as many domains as one may have.</summary>
    public static ErrorDescription TooManyDomains { get; } = new()
    {
        Code = new(1663),
        Title = "The account has as many domains as one may have",
        Why = "Domains count that are not proven yet, too.",
        Fix = "Remove one that is not needed: DELETE /api/v1/domains/{id}.",
    };

    /// <summary>The proof of a domain is gone.</summary>
    public static ErrorDescription ProofGone { get; } = new()
    {
        Code = new(1664),
        Title = "The proof of the domain is gone",
        Why = "The TXT record that shows whose the domain is was not found for a week, so the edge sends its visitors nowhere any more.",
        Fix = "If the domain is still yours, set the record again, and open the tunnel anew.",
    };

    internal static ErrorDescription[] All { get; } = [DomainInvalid, DomainNotProven, DomainTaken, TooManyDomains, ProofGone];
}
