using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mport.Server.Tests.Accounts.Passkeys;

/// <summary>
/// A browser with one passkey of ECDSA P-256, after WebAuthn Level 3: it makes what the page's script sends. All that it says can be set otherwise, as an attacker would.
/// </summary>
internal sealed class SoftAuthenticator(string origin) : IDisposable
{
    private const byte UserPresent = 1, UserVerified = 4, BackupEligible = 8, AttestedData = 64;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>What the device calls its passkey.</summary>
    public byte[] CredentialId { get; init; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>Where the page stands.</summary>
    public string Origin { get; set; } = origin;

    /// <summary>Whom the device believes to answer; null for whom the options name.</summary>
    public string? RpId { get; set; }

    /// <summary>Whose passkey it says it is.</summary>
    public string? UserHandle { get; set; }

    /// <summary>Whether the holder was asked for a PIN, finger or face.</summary>
    public bool Verifies { get; set; } = true;

    /// <summary>Whether somebody touched the device.</summary>
    public bool IsPresent { get; set; } = true;

    /// <summary>What the device has counted; 0 for one that does not count.</summary>
    public uint Count { get; set; }

    /// <summary>The kind of ceremony that the browser says it was; null for the right one.</summary>
    public string? Type { get; set; }

    /// <summary>Another question than the one asked.</summary>
    public string? Challenge { get; set; }

    /// <summary>Whether the page stands inside a page of somebody else.</summary>
    public bool IsCrossOrigin { get; set; }

    /// <summary>Whether the signature is of something else.</summary>
    public bool SignsWrongly { get; set; }

    /// <summary>Makes the passkey that these options ask for.</summary>
    public JsonObject Make(JsonElement options)
    {
        UserHandle ??= options.GetProperty("user").GetProperty("id").GetString();
        var client = ClientData("webauthn.create", options);
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString("none");
        writer.WriteTextString("attStmt");
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteTextString("authData");
        writer.WriteByteString(AuthenticatorData(options.GetProperty("rp").GetProperty("id").GetString(), AttestedData, Attested()));
        writer.WriteEndMap();
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Text(client),
            ["attestationObject"] = Text(writer.Encode()),
            ["transports"] = new JsonArray("internal", "carrier-pigeon"),
        });
    }

    /// <summary>Answers a question.</summary>
    public JsonObject Answer(JsonElement options)
    {
        var client = ClientData("webauthn.get", options);
        var data = AuthenticatorData(options.GetProperty("rpId").GetString(), flags: 0, []);
        byte[] signed = [.. data, .. SHA256.HashData(SignsWrongly ? "another"u8.ToArray() : client)];
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Text(client),
            ["authenticatorData"] = Text(data),
            ["signature"] = Text(_key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            ["userHandle"] = UserHandle,
        });
    }

    public void Dispose() => _key.Dispose();

    private static string Text(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    private JsonObject Credential(JsonObject response) => new()
    {
        ["id"] = Text(CredentialId),
        ["rawId"] = Text(CredentialId),
        ["type"] = "public-key",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    };

    private byte[] ClientData(string type, JsonElement options) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = Type ?? type,
        ["challenge"] = Challenge ?? options.GetProperty("challenge").GetString(),
        ["origin"] = Origin,
        ["crossOrigin"] = IsCrossOrigin,
    }.ToJsonString());

    private byte[] AuthenticatorData(string? rpId, byte flags, byte[] attested)
    {
        flags |= (byte)((IsPresent ? UserPresent : 0) | (Verifies ? UserVerified : 0) | BackupEligible);
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(RpId ?? rpId ?? "")), flags, .. count, .. attested];
    }

    // The make of the device (16 zeros: not said), what it calls the passkey, and the public key as COSE.
    private byte[] Attested()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(5);
        foreach (var (label, value) in ((int, object)[])[(1, 2), (3, -7), (-1, 1), (-2, point.X ?? []), (-3, point.Y ?? [])])
        {
            writer.WriteInt32(label);
            if (value is int number)
            {
                writer.WriteInt32(number);
            }
            else
            {
                writer.WriteByteString((byte[])value);
            }
        }

        writer.WriteEndMap();
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)CredentialId.Length);
        return [.. new byte[16], .. length, .. CredentialId, .. writer.Encode()];
    }
}
