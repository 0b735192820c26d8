namespace Mport.Server.Domains;

/// <summary>Asks the DNS. What goes wrong is part of the answer, so nothing here throws but for cancellation.</summary>
internal interface IDomainResolver
{
    /// <summary>The texts of a name's TXT records.</summary>
    Task<DnsAnswer> ReadTextsAsync(string name, CancellationToken cancellationToken);

    /// <summary>Where a name leads: the names that it is an alias of, and the addresses at the end.</summary>
    Task<DnsAnswer> ReadAddressesAsync(string name, CancellationToken cancellationToken);
}
