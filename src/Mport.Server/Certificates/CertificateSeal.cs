using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Certificates;

/// <summary>
/// Seals the keys that the database holds, with ASP.NET Core's data protection, whose own keys lie in the data folder (<c>keys/</c>, mode 0700): a copy of the
/// database alone is worth nothing (SEC-101). Edges that share a database need the same folder.
/// </summary>
internal sealed class CertificateSeal
{
    /// <summary>The folder's name in the data folder.</summary>
    public const string FolderName = "keys";

    private readonly Lazy<IDataProtector> _protector;

    /// <summary>Uses the keys of a data folder, and makes the first when it is needed.</summary>
    public CertificateSeal(string dataFolder) => _protector = new Lazy<IDataProtector>(() => Open(Path.Combine(dataFolder, FolderName)));

    /// <summary>Seals a key for one purpose: it cannot be opened as anything else's.</summary>
    /// <exception cref="EdgeStartException">The folder cannot be used.</exception>
    public byte[] Seal(byte[] key, string purpose) => _protector.Value.CreateProtector(purpose).Protect(key);

    /// <summary>Opens a key; null when it was sealed with other keys, or for something else.</summary>
    /// <exception cref="EdgeStartException">The folder cannot be used.</exception>
    public byte[]? Open(byte[] sealedKey, string purpose)
    {
        try
        {
            return _protector.Value.CreateProtector(purpose).Unprotect(sealedKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static IDataProtector Open(string folder)
    {
        try
        {
            EdgeFiles.CreateFolder(folder);
            if (EdgeFiles.IsOpenToOthers(folder))
            {
                throw new EdgeStartException(Failure.Of(EdgeErrors.CertificateUnusable, $"{folder} can be read by others than its owner; run chmod 700 on it."));
            }

            return DataProtectionProvider.Create(new DirectoryInfo(folder), builder => builder.SetApplicationName("mportd")).CreateProtector("mport certificates");
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new EdgeStartException(Failure.Of(EdgeErrors.CertificateUnusable, $"{folder} cannot be made or read: {denied.Message}"), denied);
        }
    }
}
