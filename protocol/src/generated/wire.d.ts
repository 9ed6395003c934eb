// GENERATED, DO NOT EDIT: npm run generate -w protocol
import * as $protobuf from "protobufjs";

/** Namespace edgeloop. */
export namespace edgeloop {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a Want.
         * @deprecated Use edgeloop.v1.Want.$Properties instead.
         */
        interface IWant extends edgeloop.v1.Want.$Properties {
        }

        /** Represents a Want. */
        class Want {

            /**
             * Constructs a new Want.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Want.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Want protocolVersion. */
            protocolVersion: number;

            /** Want digest. */
            digest: Uint8Array;

            /** Want chunkBytes. */
            chunkBytes: number;

            /** Want missing. */
            missing: Uint8Array;

            /**
             * Encodes the specified Want message. Does not implicitly {@link edgeloop.v1.Want.verify|verify} messages.
             * @param message Want message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Want.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Want message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Want & edgeloop.v1.Want.$Shape} Want
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Want & edgeloop.v1.Want.$Shape;
        }

        namespace Want {

            /** Properties of a Want. */
            interface $Properties {

                /** Want protocolVersion */
                protocolVersion?: (number|null);

                /** Want digest */
                digest?: (Uint8Array|null);

                /** Want chunkBytes */
                chunkBytes?: (number|null);

                /** Want missing */
                missing?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Want. */
            type $Shape = edgeloop.v1.Want.$Properties;
        }

        /**
         * Properties of a BlobChunk.
         * @deprecated Use edgeloop.v1.BlobChunk.$Properties instead.
         */
        interface IBlobChunk extends edgeloop.v1.BlobChunk.$Properties {
        }

        /** Represents a BlobChunk. */
        class BlobChunk {

            /**
             * Constructs a new BlobChunk.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.BlobChunk.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** BlobChunk data. */
            data: Uint8Array;

            /**
             * Encodes the specified BlobChunk message. Does not implicitly {@link edgeloop.v1.BlobChunk.verify|verify} messages.
             * @param message BlobChunk message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.BlobChunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a BlobChunk message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.BlobChunk & edgeloop.v1.BlobChunk.$Shape} BlobChunk
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.BlobChunk & edgeloop.v1.BlobChunk.$Shape;
        }

        namespace BlobChunk {

            /** Properties of a BlobChunk. */
            interface $Properties {

                /** BlobChunk data */
                data?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a BlobChunk. */
            type $Shape = edgeloop.v1.BlobChunk.$Properties;
        }

        /**
         * Properties of a DesiredState.
         * @deprecated Use edgeloop.v1.DesiredState.$Properties instead.
         */
        interface IDesiredState extends edgeloop.v1.DesiredState.$Properties {
        }

        /** Represents a DesiredState. */
        class DesiredState {

            /**
             * Constructs a new DesiredState.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.DesiredState.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DesiredState protocolVersion. */
            protocolVersion: number;

            /** DesiredState deviceId. */
            deviceId: string;

            /** DesiredState generation. */
            generation: number;

            /** DesiredState issuedMs. */
            issuedMs: number;

            /** DesiredState slots. */
            slots: edgeloop.v1.DesiredSlot.$Properties[];

            /** DesiredState settings. */
            settings?: (edgeloop.v1.Settings.$Properties|null);

            /**
             * Encodes the specified DesiredState message. Does not implicitly {@link edgeloop.v1.DesiredState.verify|verify} messages.
             * @param message DesiredState message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.DesiredState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DesiredState message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.DesiredState & edgeloop.v1.DesiredState.$Shape} DesiredState
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.DesiredState & edgeloop.v1.DesiredState.$Shape;
        }

        namespace DesiredState {

            /** Properties of a DesiredState. */
            interface $Properties {

                /** DesiredState protocolVersion */
                protocolVersion?: (number|null);

                /** DesiredState deviceId */
                deviceId?: (string|null);

                /** DesiredState generation */
                generation?: (number|null);

                /** DesiredState issuedMs */
                issuedMs?: (number|null);

                /** DesiredState slots */
                slots?: (edgeloop.v1.DesiredSlot.$Properties[]|null);

                /** DesiredState settings */
                settings?: (edgeloop.v1.Settings.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DesiredState. */
            type $Shape = edgeloop.v1.DesiredState.$Properties;
        }

        /**
         * Properties of a DesiredSlot.
         * @deprecated Use edgeloop.v1.DesiredSlot.$Properties instead.
         */
        interface IDesiredSlot extends edgeloop.v1.DesiredSlot.$Properties {
        }

        /** Represents a DesiredSlot. */
        class DesiredSlot {

            /**
             * Constructs a new DesiredSlot.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.DesiredSlot.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DesiredSlot slot. */
            slot: string;

            /** DesiredSlot model. */
            model: string;

            /** DesiredSlot version. */
            version: number;

            /** DesiredSlot release. */
            release?: (edgeloop.v1.BlobRef.$Properties|null);

            /** DesiredSlot samples. */
            samples?: (edgeloop.v1.SamplePolicy.$Properties|null);

            /**
             * Encodes the specified DesiredSlot message. Does not implicitly {@link edgeloop.v1.DesiredSlot.verify|verify} messages.
             * @param message DesiredSlot message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.DesiredSlot.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DesiredSlot message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.DesiredSlot & edgeloop.v1.DesiredSlot.$Shape} DesiredSlot
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.DesiredSlot & edgeloop.v1.DesiredSlot.$Shape;
        }

        namespace DesiredSlot {

            /** Properties of a DesiredSlot. */
            interface $Properties {

                /** DesiredSlot slot */
                slot?: (string|null);

                /** DesiredSlot model */
                model?: (string|null);

                /** DesiredSlot version */
                version?: (number|null);

                /** DesiredSlot release */
                release?: (edgeloop.v1.BlobRef.$Properties|null);

                /** DesiredSlot samples */
                samples?: (edgeloop.v1.SamplePolicy.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DesiredSlot. */
            type $Shape = edgeloop.v1.DesiredSlot.$Properties;
        }

        /**
         * Properties of a Settings.
         * @deprecated Use edgeloop.v1.Settings.$Properties instead.
         */
        interface ISettings extends edgeloop.v1.Settings.$Properties {
        }

        /** Represents a Settings. */
        class Settings {

            /**
             * Constructs a new Settings.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Settings.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Settings windowMs. */
            windowMs: number;

            /**
             * Encodes the specified Settings message. Does not implicitly {@link edgeloop.v1.Settings.verify|verify} messages.
             * @param message Settings message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Settings.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Settings message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Settings & edgeloop.v1.Settings.$Shape} Settings
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Settings & edgeloop.v1.Settings.$Shape;
        }

        namespace Settings {

            /** Properties of a Settings. */
            interface $Properties {

                /** Settings windowMs */
                windowMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Settings. */
            type $Shape = edgeloop.v1.Settings.$Properties;
        }

        /**
         * Properties of a SamplePolicy.
         * @deprecated Use edgeloop.v1.SamplePolicy.$Properties instead.
         */
        interface ISamplePolicy extends edgeloop.v1.SamplePolicy.$Properties {
        }

        /** Represents a SamplePolicy. */
        class SamplePolicy {

            /**
             * Constructs a new SamplePolicy.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.SamplePolicy.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SamplePolicy kind. */
            kind: string;

            /** SamplePolicy share. */
            share: number;

            /** SamplePolicy perHour. */
            perHour: number;

            /** SamplePolicy omitFields. */
            omitFields: string[];

            /**
             * Encodes the specified SamplePolicy message. Does not implicitly {@link edgeloop.v1.SamplePolicy.verify|verify} messages.
             * @param message SamplePolicy message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.SamplePolicy.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SamplePolicy message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.SamplePolicy & edgeloop.v1.SamplePolicy.$Shape} SamplePolicy
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.SamplePolicy & edgeloop.v1.SamplePolicy.$Shape;
        }

        namespace SamplePolicy {

            /** Properties of a SamplePolicy. */
            interface $Properties {

                /** SamplePolicy kind */
                kind?: (string|null);

                /** SamplePolicy share */
                share?: (number|null);

                /** SamplePolicy perHour */
                perHour?: (number|null);

                /** SamplePolicy omitFields */
                omitFields?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SamplePolicy. */
            type $Shape = edgeloop.v1.SamplePolicy.$Properties;
        }

        /**
         * Properties of a Command.
         * @deprecated Use edgeloop.v1.Command.$Properties instead.
         */
        interface ICommand extends edgeloop.v1.Command.$Properties {
        }

        /** Represents a Command. */
        class Command {

            /**
             * Constructs a new Command.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Command.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Command protocolVersion. */
            protocolVersion: number;

            /** Command id. */
            id: string;

            /** Command kind. */
            kind: string;

            /** Command slot. */
            slot: string;

            /**
             * Encodes the specified Command message. Does not implicitly {@link edgeloop.v1.Command.verify|verify} messages.
             * @param message Command message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Command.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Command message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Command & edgeloop.v1.Command.$Shape} Command
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Command & edgeloop.v1.Command.$Shape;
        }

        namespace Command {

            /** Properties of a Command. */
            interface $Properties {

                /** Command protocolVersion */
                protocolVersion?: (number|null);

                /** Command id */
                id?: (string|null);

                /** Command kind */
                kind?: (string|null);

                /** Command slot */
                slot?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Command. */
            type $Shape = edgeloop.v1.Command.$Properties;
        }

        /**
         * Properties of a Release.
         * @deprecated Use edgeloop.v1.Release.$Properties instead.
         */
        interface IRelease extends edgeloop.v1.Release.$Properties {
        }

        /** Represents a Release. */
        class Release {

            /**
             * Constructs a new Release.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Release.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Release protocolVersion. */
            protocolVersion: number;

            /** Release model. */
            model: string;

            /** Release version. */
            version: number;

            /** Release createdMs. */
            createdMs: number;

            /** Release signature. */
            signature?: (edgeloop.v1.ModelSignature.$Properties|null);

            /** Release variants. */
            variants: edgeloop.v1.Variant.$Properties[];

            /** Release reference. */
            reference?: (edgeloop.v1.Reference.$Properties|null);

            /**
             * Encodes the specified Release message. Does not implicitly {@link edgeloop.v1.Release.verify|verify} messages.
             * @param message Release message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Release.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Release message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Release & edgeloop.v1.Release.$Shape} Release
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Release & edgeloop.v1.Release.$Shape;
        }

        namespace Release {

            /** Properties of a Release. */
            interface $Properties {

                /** Release protocolVersion */
                protocolVersion?: (number|null);

                /** Release model */
                model?: (string|null);

                /** Release version */
                version?: (number|null);

                /** Release createdMs */
                createdMs?: (number|null);

                /** Release signature */
                signature?: (edgeloop.v1.ModelSignature.$Properties|null);

                /** Release variants */
                variants?: (edgeloop.v1.Variant.$Properties[]|null);

                /** Release reference */
                reference?: (edgeloop.v1.Reference.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Release. */
            type $Shape = edgeloop.v1.Release.$Properties;
        }

        /**
         * Properties of a ModelSignature.
         * @deprecated Use edgeloop.v1.ModelSignature.$Properties instead.
         */
        interface IModelSignature extends edgeloop.v1.ModelSignature.$Properties {
        }

        /** Represents a ModelSignature. */
        class ModelSignature {

            /**
             * Constructs a new ModelSignature.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.ModelSignature.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ModelSignature task. */
            task: string;

            /** ModelSignature inputs. */
            inputs: edgeloop.v1.TensorSpec.$Properties[];

            /** ModelSignature outputs. */
            outputs: edgeloop.v1.TensorSpec.$Properties[];

            /** ModelSignature classes. */
            classes: string[];

            /** ModelSignature target. */
            target?: (edgeloop.v1.FeatureSpec.$Properties|null);

            /** ModelSignature threshold. */
            threshold: number;

            /**
             * Encodes the specified ModelSignature message. Does not implicitly {@link edgeloop.v1.ModelSignature.verify|verify} messages.
             * @param message ModelSignature message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.ModelSignature.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ModelSignature message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.ModelSignature & edgeloop.v1.ModelSignature.$Shape} ModelSignature
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.ModelSignature & edgeloop.v1.ModelSignature.$Shape;
        }

        namespace ModelSignature {

            /** Properties of a ModelSignature. */
            interface $Properties {

                /** ModelSignature task */
                task?: (string|null);

                /** ModelSignature inputs */
                inputs?: (edgeloop.v1.TensorSpec.$Properties[]|null);

                /** ModelSignature outputs */
                outputs?: (edgeloop.v1.TensorSpec.$Properties[]|null);

                /** ModelSignature classes */
                classes?: (string[]|null);

                /** ModelSignature target */
                target?: (edgeloop.v1.FeatureSpec.$Properties|null);

                /** ModelSignature threshold */
                threshold?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ModelSignature. */
            type $Shape = edgeloop.v1.ModelSignature.$Properties;
        }

        /**
         * Properties of a TensorSpec.
         * @deprecated Use edgeloop.v1.TensorSpec.$Properties instead.
         */
        interface ITensorSpec extends edgeloop.v1.TensorSpec.$Properties {
        }

        /** Represents a TensorSpec. */
        class TensorSpec {

            /**
             * Constructs a new TensorSpec.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.TensorSpec.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TensorSpec name. */
            name: string;

            /** TensorSpec elementType. */
            elementType: string;

            /** TensorSpec dims. */
            dims: number[];

            /** TensorSpec features. */
            features: edgeloop.v1.FeatureSpec.$Properties[];

            /** TensorSpec meaning. */
            meaning: string;

            /** TensorSpec layout. */
            layout: string;

            /** TensorSpec stride. */
            stride: number;

            /**
             * Encodes the specified TensorSpec message. Does not implicitly {@link edgeloop.v1.TensorSpec.verify|verify} messages.
             * @param message TensorSpec message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.TensorSpec.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TensorSpec message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.TensorSpec & edgeloop.v1.TensorSpec.$Shape} TensorSpec
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.TensorSpec & edgeloop.v1.TensorSpec.$Shape;
        }

        namespace TensorSpec {

            /** Properties of a TensorSpec. */
            interface $Properties {

                /** TensorSpec name */
                name?: (string|null);

                /** TensorSpec elementType */
                elementType?: (string|null);

                /** TensorSpec dims */
                dims?: (number[]|null);

                /** TensorSpec features */
                features?: (edgeloop.v1.FeatureSpec.$Properties[]|null);

                /** TensorSpec meaning */
                meaning?: (string|null);

                /** TensorSpec layout */
                layout?: (string|null);

                /** TensorSpec stride */
                stride?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TensorSpec. */
            type $Shape = edgeloop.v1.TensorSpec.$Properties;
        }

        /**
         * Properties of a FeatureSpec.
         * @deprecated Use edgeloop.v1.FeatureSpec.$Properties instead.
         */
        interface IFeatureSpec extends edgeloop.v1.FeatureSpec.$Properties {
        }

        /** Represents a FeatureSpec. */
        class FeatureSpec {

            /**
             * Constructs a new FeatureSpec.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.FeatureSpec.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FeatureSpec name. */
            name: string;

            /** FeatureSpec kind. */
            kind: string;

            /** FeatureSpec unit. */
            unit: string;

            /** FeatureSpec description. */
            description: string;

            /** FeatureSpec range. */
            range?: (edgeloop.v1.ValueRange.$Properties|null);

            /** FeatureSpec levels. */
            levels: string[];

            /**
             * Encodes the specified FeatureSpec message. Does not implicitly {@link edgeloop.v1.FeatureSpec.verify|verify} messages.
             * @param message FeatureSpec message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.FeatureSpec.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FeatureSpec message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.FeatureSpec & edgeloop.v1.FeatureSpec.$Shape} FeatureSpec
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.FeatureSpec & edgeloop.v1.FeatureSpec.$Shape;
        }

        namespace FeatureSpec {

            /** Properties of a FeatureSpec. */
            interface $Properties {

                /** FeatureSpec name */
                name?: (string|null);

                /** FeatureSpec kind */
                kind?: (string|null);

                /** FeatureSpec unit */
                unit?: (string|null);

                /** FeatureSpec description */
                description?: (string|null);

                /** FeatureSpec range */
                range?: (edgeloop.v1.ValueRange.$Properties|null);

                /** FeatureSpec levels */
                levels?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FeatureSpec. */
            type $Shape = edgeloop.v1.FeatureSpec.$Properties;
        }

        /**
         * Properties of a ValueRange.
         * @deprecated Use edgeloop.v1.ValueRange.$Properties instead.
         */
        interface IValueRange extends edgeloop.v1.ValueRange.$Properties {
        }

        /** Represents a ValueRange. */
        class ValueRange {

            /**
             * Constructs a new ValueRange.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.ValueRange.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ValueRange min. */
            min: number;

            /** ValueRange max. */
            max: number;

            /**
             * Encodes the specified ValueRange message. Does not implicitly {@link edgeloop.v1.ValueRange.verify|verify} messages.
             * @param message ValueRange message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.ValueRange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ValueRange message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.ValueRange & edgeloop.v1.ValueRange.$Shape} ValueRange
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.ValueRange & edgeloop.v1.ValueRange.$Shape;
        }

        namespace ValueRange {

            /** Properties of a ValueRange. */
            interface $Properties {

                /** ValueRange min */
                min?: (number|null);

                /** ValueRange max */
                max?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ValueRange. */
            type $Shape = edgeloop.v1.ValueRange.$Properties;
        }

        /**
         * Properties of a Variant.
         * @deprecated Use edgeloop.v1.Variant.$Properties instead.
         */
        interface IVariant extends edgeloop.v1.Variant.$Properties {
        }

        /** Represents a Variant. */
        class Variant {

            /**
             * Constructs a new Variant.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Variant.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Variant name. */
            name: string;

            /** Variant model. */
            model?: (edgeloop.v1.BlobRef.$Properties|null);

            /** Variant golden. */
            golden?: (edgeloop.v1.BlobRef.$Properties|null);

            /** Variant profiles. */
            profiles: string[];

            /** Variant opset. */
            opset: number;

            /** Variant weightBytes. */
            weightBytes: number;

            /** Variant activationBytes. */
            activationBytes: number;

            /** Variant operators. */
            operators: string[];

            /** Variant format. */
            format: string;

            /**
             * Encodes the specified Variant message. Does not implicitly {@link edgeloop.v1.Variant.verify|verify} messages.
             * @param message Variant message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Variant.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Variant message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Variant & edgeloop.v1.Variant.$Shape} Variant
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Variant & edgeloop.v1.Variant.$Shape;
        }

        namespace Variant {

            /** Properties of a Variant. */
            interface $Properties {

                /** Variant name */
                name?: (string|null);

                /** Variant model */
                model?: (edgeloop.v1.BlobRef.$Properties|null);

                /** Variant golden */
                golden?: (edgeloop.v1.BlobRef.$Properties|null);

                /** Variant profiles */
                profiles?: (string[]|null);

                /** Variant opset */
                opset?: (number|null);

                /** Variant weightBytes */
                weightBytes?: (number|null);

                /** Variant activationBytes */
                activationBytes?: (number|null);

                /** Variant operators */
                operators?: (string[]|null);

                /** Variant format */
                format?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Variant. */
            type $Shape = edgeloop.v1.Variant.$Properties;
        }

        /**
         * Properties of a BlobRef.
         * @deprecated Use edgeloop.v1.BlobRef.$Properties instead.
         */
        interface IBlobRef extends edgeloop.v1.BlobRef.$Properties {
        }

        /** Represents a BlobRef. */
        class BlobRef {

            /**
             * Constructs a new BlobRef.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.BlobRef.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** BlobRef digest. */
            digest: Uint8Array;

            /** BlobRef sizeBytes. */
            sizeBytes: number;

            /** BlobRef chunkBytes. */
            chunkBytes: number;

            /** BlobRef chunkDigests. */
            chunkDigests: Uint8Array[];

            /**
             * Encodes the specified BlobRef message. Does not implicitly {@link edgeloop.v1.BlobRef.verify|verify} messages.
             * @param message BlobRef message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.BlobRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a BlobRef message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.BlobRef & edgeloop.v1.BlobRef.$Shape} BlobRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.BlobRef & edgeloop.v1.BlobRef.$Shape;
        }

        namespace BlobRef {

            /** Properties of a BlobRef. */
            interface $Properties {

                /** BlobRef digest */
                digest?: (Uint8Array|null);

                /** BlobRef sizeBytes */
                sizeBytes?: (number|null);

                /** BlobRef chunkBytes */
                chunkBytes?: (number|null);

                /** BlobRef chunkDigests */
                chunkDigests?: (Uint8Array[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a BlobRef. */
            type $Shape = edgeloop.v1.BlobRef.$Properties;
        }

        /**
         * Properties of a Reference.
         * @deprecated Use edgeloop.v1.Reference.$Properties instead.
         */
        interface IReference extends edgeloop.v1.Reference.$Properties {
        }

        /** Represents a Reference. */
        class Reference {

            /**
             * Constructs a new Reference.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Reference.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Reference features. */
            features: edgeloop.v1.FeatureReference.$Properties[];

            /** Reference predictedClasses. */
            predictedClasses: number[];

            /** Reference confidenceBins. */
            confidenceBins: number[];

            /** Reference accuracy. */
            accuracy: number;

            /** Reference calibrationConfidence. */
            calibrationConfidence: number[];

            /** Reference calibrationAccuracy. */
            calibrationAccuracy: number[];

            /**
             * Encodes the specified Reference message. Does not implicitly {@link edgeloop.v1.Reference.verify|verify} messages.
             * @param message Reference message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Reference.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Reference message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Reference & edgeloop.v1.Reference.$Shape} Reference
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Reference & edgeloop.v1.Reference.$Shape;
        }

        namespace Reference {

            /** Properties of a Reference. */
            interface $Properties {

                /** Reference features */
                features?: (edgeloop.v1.FeatureReference.$Properties[]|null);

                /** Reference predictedClasses */
                predictedClasses?: (number[]|null);

                /** Reference confidenceBins */
                confidenceBins?: (number[]|null);

                /** Reference accuracy */
                accuracy?: (number|null);

                /** Reference calibrationConfidence */
                calibrationConfidence?: (number[]|null);

                /** Reference calibrationAccuracy */
                calibrationAccuracy?: (number[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Reference. */
            type $Shape = edgeloop.v1.Reference.$Properties;
        }

        /**
         * Properties of a FeatureReference.
         * @deprecated Use edgeloop.v1.FeatureReference.$Properties instead.
         */
        interface IFeatureReference extends edgeloop.v1.FeatureReference.$Properties {
        }

        /** Represents a FeatureReference. */
        class FeatureReference {

            /**
             * Constructs a new FeatureReference.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.FeatureReference.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FeatureReference name. */
            name: string;

            /** FeatureReference kind. */
            kind: string;

            /** FeatureReference edges. */
            edges: number[];

            /** FeatureReference levels. */
            levels: string[];

            /** FeatureReference bins. */
            bins: number[];

            /** FeatureReference missing. */
            missing: number;

            /** FeatureReference min. */
            min: number;

            /** FeatureReference max. */
            max: number;

            /** FeatureReference mean. */
            mean: number;

            /** FeatureReference m2. */
            m2: number;

            /**
             * Encodes the specified FeatureReference message. Does not implicitly {@link edgeloop.v1.FeatureReference.verify|verify} messages.
             * @param message FeatureReference message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.FeatureReference.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FeatureReference message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.FeatureReference & edgeloop.v1.FeatureReference.$Shape} FeatureReference
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.FeatureReference & edgeloop.v1.FeatureReference.$Shape;
        }

        namespace FeatureReference {

            /** Properties of a FeatureReference. */
            interface $Properties {

                /** FeatureReference name */
                name?: (string|null);

                /** FeatureReference kind */
                kind?: (string|null);

                /** FeatureReference edges */
                edges?: (number[]|null);

                /** FeatureReference levels */
                levels?: (string[]|null);

                /** FeatureReference bins */
                bins?: (number[]|null);

                /** FeatureReference missing */
                missing?: (number|null);

                /** FeatureReference min */
                min?: (number|null);

                /** FeatureReference max */
                max?: (number|null);

                /** FeatureReference mean */
                mean?: (number|null);

                /** FeatureReference m2 */
                m2?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FeatureReference. */
            type $Shape = edgeloop.v1.FeatureReference.$Properties;
        }

        /**
         * Properties of a GoldenVectors.
         * @deprecated Use edgeloop.v1.GoldenVectors.$Properties instead.
         */
        interface IGoldenVectors extends edgeloop.v1.GoldenVectors.$Properties {
        }

        /** Represents a GoldenVectors. */
        class GoldenVectors {

            /**
             * Constructs a new GoldenVectors.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.GoldenVectors.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GoldenVectors rows. */
            rows: number;

            /** GoldenVectors inputs. */
            inputs: edgeloop.v1.NamedTensor.$Properties[];

            /** GoldenVectors outputs. */
            outputs: edgeloop.v1.NamedTensor.$Properties[];

            /** GoldenVectors tolerance. */
            tolerance: number;

            /** GoldenVectors rowsPerRun. */
            rowsPerRun: number;

            /**
             * Encodes the specified GoldenVectors message. Does not implicitly {@link edgeloop.v1.GoldenVectors.verify|verify} messages.
             * @param message GoldenVectors message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.GoldenVectors.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GoldenVectors message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.GoldenVectors & edgeloop.v1.GoldenVectors.$Shape} GoldenVectors
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.GoldenVectors & edgeloop.v1.GoldenVectors.$Shape;
        }

        namespace GoldenVectors {

            /** Properties of a GoldenVectors. */
            interface $Properties {

                /** GoldenVectors rows */
                rows?: (number|null);

                /** GoldenVectors inputs */
                inputs?: (edgeloop.v1.NamedTensor.$Properties[]|null);

                /** GoldenVectors outputs */
                outputs?: (edgeloop.v1.NamedTensor.$Properties[]|null);

                /** GoldenVectors tolerance */
                tolerance?: (number|null);

                /** GoldenVectors rowsPerRun */
                rowsPerRun?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GoldenVectors. */
            type $Shape = edgeloop.v1.GoldenVectors.$Properties;
        }

        /**
         * Properties of a NamedTensor.
         * @deprecated Use edgeloop.v1.NamedTensor.$Properties instead.
         */
        interface INamedTensor extends edgeloop.v1.NamedTensor.$Properties {
        }

        /** Represents a NamedTensor. */
        class NamedTensor {

            /**
             * Constructs a new NamedTensor.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.NamedTensor.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NamedTensor name. */
            name: string;

            /** NamedTensor elementType. */
            elementType: string;

            /** NamedTensor dims. */
            dims: number[];

            /** NamedTensor data. */
            data: Uint8Array;

            /** NamedTensor strings. */
            strings: string[];

            /**
             * Encodes the specified NamedTensor message. Does not implicitly {@link edgeloop.v1.NamedTensor.verify|verify} messages.
             * @param message NamedTensor message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.NamedTensor.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NamedTensor message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.NamedTensor & edgeloop.v1.NamedTensor.$Shape} NamedTensor
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.NamedTensor & edgeloop.v1.NamedTensor.$Shape;
        }

        namespace NamedTensor {

            /** Properties of a NamedTensor. */
            interface $Properties {

                /** NamedTensor name */
                name?: (string|null);

                /** NamedTensor elementType */
                elementType?: (string|null);

                /** NamedTensor dims */
                dims?: (number[]|null);

                /** NamedTensor data */
                data?: (Uint8Array|null);

                /** NamedTensor strings */
                strings?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NamedTensor. */
            type $Shape = edgeloop.v1.NamedTensor.$Properties;
        }

        /**
         * Properties of a SignedEnvelope.
         * @deprecated Use edgeloop.v1.SignedEnvelope.$Properties instead.
         */
        interface ISignedEnvelope extends edgeloop.v1.SignedEnvelope.$Properties {
        }

        /** Represents a SignedEnvelope. */
        class SignedEnvelope {

            /**
             * Constructs a new SignedEnvelope.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.SignedEnvelope.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SignedEnvelope payloadType. */
            payloadType: string;

            /** SignedEnvelope payload. */
            payload: Uint8Array;

            /** SignedEnvelope signatures. */
            signatures: edgeloop.v1.Signature.$Properties[];

            /**
             * Encodes the specified SignedEnvelope message. Does not implicitly {@link edgeloop.v1.SignedEnvelope.verify|verify} messages.
             * @param message SignedEnvelope message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.SignedEnvelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SignedEnvelope message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.SignedEnvelope & edgeloop.v1.SignedEnvelope.$Shape} SignedEnvelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.SignedEnvelope & edgeloop.v1.SignedEnvelope.$Shape;
        }

        namespace SignedEnvelope {

            /** Properties of a SignedEnvelope. */
            interface $Properties {

                /** SignedEnvelope payloadType */
                payloadType?: (string|null);

                /** SignedEnvelope payload */
                payload?: (Uint8Array|null);

                /** SignedEnvelope signatures */
                signatures?: (edgeloop.v1.Signature.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SignedEnvelope. */
            type $Shape = edgeloop.v1.SignedEnvelope.$Properties;
        }

        /**
         * Properties of a Signature.
         * @deprecated Use edgeloop.v1.Signature.$Properties instead.
         */
        interface ISignature extends edgeloop.v1.Signature.$Properties {
        }

        /** Represents a Signature. */
        class Signature {

            /**
             * Constructs a new Signature.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Signature.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Signature keyId. */
            keyId: string;

            /** Signature algorithm. */
            algorithm: string;

            /** Signature value. */
            value: Uint8Array;

            /**
             * Encodes the specified Signature message. Does not implicitly {@link edgeloop.v1.Signature.verify|verify} messages.
             * @param message Signature message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Signature.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Signature message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Signature & edgeloop.v1.Signature.$Shape} Signature
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Signature & edgeloop.v1.Signature.$Shape;
        }

        namespace Signature {

            /** Properties of a Signature. */
            interface $Properties {

                /** Signature keyId */
                keyId?: (string|null);

                /** Signature algorithm */
                algorithm?: (string|null);

                /** Signature value */
                value?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Signature. */
            type $Shape = edgeloop.v1.Signature.$Properties;
        }

        /**
         * Properties of a Birth.
         * @deprecated Use edgeloop.v1.Birth.$Properties instead.
         */
        interface IBirth extends edgeloop.v1.Birth.$Properties {
        }

        /** Represents a Birth. */
        class Birth {

            /**
             * Constructs a new Birth.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Birth.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Birth protocolVersion. */
            protocolVersion: number;

            /** Birth deviceId. */
            deviceId: string;

            /** Birth bootId. */
            bootId: string;

            /** Birth agentVersion. */
            agentVersion: string;

            /** Birth profile. */
            profile: string;

            /** Birth profileReason. */
            profileReason: string;

            /** Birth capabilities. */
            capabilities?: (edgeloop.v1.Capabilities.$Properties|null);

            /** Birth sentMs. */
            sentMs: number;

            /**
             * Encodes the specified Birth message. Does not implicitly {@link edgeloop.v1.Birth.verify|verify} messages.
             * @param message Birth message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Birth.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Birth message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Birth & edgeloop.v1.Birth.$Shape} Birth
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Birth & edgeloop.v1.Birth.$Shape;
        }

        namespace Birth {

            /** Properties of a Birth. */
            interface $Properties {

                /** Birth protocolVersion */
                protocolVersion?: (number|null);

                /** Birth deviceId */
                deviceId?: (string|null);

                /** Birth bootId */
                bootId?: (string|null);

                /** Birth agentVersion */
                agentVersion?: (string|null);

                /** Birth profile */
                profile?: (string|null);

                /** Birth profileReason */
                profileReason?: (string|null);

                /** Birth capabilities */
                capabilities?: (edgeloop.v1.Capabilities.$Properties|null);

                /** Birth sentMs */
                sentMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Birth. */
            type $Shape = edgeloop.v1.Birth.$Properties;
        }

        /**
         * Properties of a Capabilities.
         * @deprecated Use edgeloop.v1.Capabilities.$Properties instead.
         */
        interface ICapabilities extends edgeloop.v1.Capabilities.$Properties {
        }

        /** Represents a Capabilities. */
        class Capabilities {

            /**
             * Constructs a new Capabilities.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Capabilities.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Capabilities architecture. */
            architecture: string;

            /** Capabilities cpuFlags. */
            cpuFlags: string[];

            /** Capabilities cores. */
            cores: number;

            /** Capabilities memoryBytes. */
            memoryBytes: number;

            /** Capabilities storageFreeBytes. */
            storageFreeBytes: number;

            /** Capabilities onnxruntimeVersion. */
            onnxruntimeVersion: string;

            /** Capabilities nodeVersion. */
            nodeVersion: string;

            /** Capabilities machine. */
            machine: string;

            /**
             * Encodes the specified Capabilities message. Does not implicitly {@link edgeloop.v1.Capabilities.verify|verify} messages.
             * @param message Capabilities message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Capabilities.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Capabilities message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Capabilities & edgeloop.v1.Capabilities.$Shape} Capabilities
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Capabilities & edgeloop.v1.Capabilities.$Shape;
        }

        namespace Capabilities {

            /** Properties of a Capabilities. */
            interface $Properties {

                /** Capabilities architecture */
                architecture?: (string|null);

                /** Capabilities cpuFlags */
                cpuFlags?: (string[]|null);

                /** Capabilities cores */
                cores?: (number|null);

                /** Capabilities memoryBytes */
                memoryBytes?: (number|null);

                /** Capabilities storageFreeBytes */
                storageFreeBytes?: (number|null);

                /** Capabilities onnxruntimeVersion */
                onnxruntimeVersion?: (string|null);

                /** Capabilities nodeVersion */
                nodeVersion?: (string|null);

                /** Capabilities machine */
                machine?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Capabilities. */
            type $Shape = edgeloop.v1.Capabilities.$Properties;
        }

        /**
         * Properties of a Death.
         * @deprecated Use edgeloop.v1.Death.$Properties instead.
         */
        interface IDeath extends edgeloop.v1.Death.$Properties {
        }

        /** Represents a Death. */
        class Death {

            /**
             * Constructs a new Death.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Death.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Death bootId. */
            bootId: string;

            /** Death reason. */
            reason: string;

            /**
             * Encodes the specified Death message. Does not implicitly {@link edgeloop.v1.Death.verify|verify} messages.
             * @param message Death message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Death.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Death message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Death & edgeloop.v1.Death.$Shape} Death
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Death & edgeloop.v1.Death.$Shape;
        }

        namespace Death {

            /** Properties of a Death. */
            interface $Properties {

                /** Death bootId */
                bootId?: (string|null);

                /** Death reason */
                reason?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Death. */
            type $Shape = edgeloop.v1.Death.$Properties;
        }

        /**
         * Properties of a ReportedState.
         * @deprecated Use edgeloop.v1.ReportedState.$Properties instead.
         */
        interface IReportedState extends edgeloop.v1.ReportedState.$Properties {
        }

        /** Represents a ReportedState. */
        class ReportedState {

            /**
             * Constructs a new ReportedState.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.ReportedState.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReportedState protocolVersion. */
            protocolVersion: number;

            /** ReportedState bootId. */
            bootId: string;

            /** ReportedState sentMs. */
            sentMs: number;

            /** ReportedState desiredGeneration. */
            desiredGeneration: number;

            /** ReportedState slots. */
            slots: edgeloop.v1.ReportedSlot.$Properties[];

            /** ReportedState problems. */
            problems: edgeloop.v1.Problem.$Properties[];

            /** ReportedState supervisor. */
            supervisor?: (edgeloop.v1.ProcessHealth.$Properties|null);

            /**
             * Encodes the specified ReportedState message. Does not implicitly {@link edgeloop.v1.ReportedState.verify|verify} messages.
             * @param message ReportedState message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.ReportedState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReportedState message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.ReportedState & edgeloop.v1.ReportedState.$Shape} ReportedState
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.ReportedState & edgeloop.v1.ReportedState.$Shape;
        }

        namespace ReportedState {

            /** Properties of a ReportedState. */
            interface $Properties {

                /** ReportedState protocolVersion */
                protocolVersion?: (number|null);

                /** ReportedState bootId */
                bootId?: (string|null);

                /** ReportedState sentMs */
                sentMs?: (number|null);

                /** ReportedState desiredGeneration */
                desiredGeneration?: (number|null);

                /** ReportedState slots */
                slots?: (edgeloop.v1.ReportedSlot.$Properties[]|null);

                /** ReportedState problems */
                problems?: (edgeloop.v1.Problem.$Properties[]|null);

                /** ReportedState supervisor */
                supervisor?: (edgeloop.v1.ProcessHealth.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReportedState. */
            type $Shape = edgeloop.v1.ReportedState.$Properties;
        }

        /**
         * Properties of a ReportedSlot.
         * @deprecated Use edgeloop.v1.ReportedSlot.$Properties instead.
         */
        interface IReportedSlot extends edgeloop.v1.ReportedSlot.$Properties {
        }

        /** Represents a ReportedSlot. */
        class ReportedSlot {

            /**
             * Constructs a new ReportedSlot.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.ReportedSlot.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReportedSlot slot. */
            slot: string;

            /** ReportedSlot phase. */
            phase: string;

            /** ReportedSlot running. */
            running?: (edgeloop.v1.RunningModel.$Properties|null);

            /** ReportedSlot previous. */
            previous?: (edgeloop.v1.RunningModel.$Properties|null);

            /** ReportedSlot wantedModel. */
            wantedModel: string;

            /** ReportedSlot wantedVersion. */
            wantedVersion: number;

            /** ReportedSlot downloadedBytes. */
            downloadedBytes: number;

            /** ReportedSlot downloadBytes. */
            downloadBytes: number;

            /** ReportedSlot problem. */
            problem?: (edgeloop.v1.Problem.$Properties|null);

            /** ReportedSlot selfTest. */
            selfTest?: (edgeloop.v1.SelfTest.$Properties|null);

            /** ReportedSlot runner. */
            runner?: (edgeloop.v1.ProcessHealth.$Properties|null);

            /** ReportedSlot variantTests. */
            variantTests: edgeloop.v1.VariantTest.$Properties[];

            /**
             * Encodes the specified ReportedSlot message. Does not implicitly {@link edgeloop.v1.ReportedSlot.verify|verify} messages.
             * @param message ReportedSlot message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.ReportedSlot.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReportedSlot message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.ReportedSlot & edgeloop.v1.ReportedSlot.$Shape} ReportedSlot
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.ReportedSlot & edgeloop.v1.ReportedSlot.$Shape;
        }

        namespace ReportedSlot {

            /** Properties of a ReportedSlot. */
            interface $Properties {

                /** ReportedSlot slot */
                slot?: (string|null);

                /** ReportedSlot phase */
                phase?: (string|null);

                /** ReportedSlot running */
                running?: (edgeloop.v1.RunningModel.$Properties|null);

                /** ReportedSlot previous */
                previous?: (edgeloop.v1.RunningModel.$Properties|null);

                /** ReportedSlot wantedModel */
                wantedModel?: (string|null);

                /** ReportedSlot wantedVersion */
                wantedVersion?: (number|null);

                /** ReportedSlot downloadedBytes */
                downloadedBytes?: (number|null);

                /** ReportedSlot downloadBytes */
                downloadBytes?: (number|null);

                /** ReportedSlot problem */
                problem?: (edgeloop.v1.Problem.$Properties|null);

                /** ReportedSlot selfTest */
                selfTest?: (edgeloop.v1.SelfTest.$Properties|null);

                /** ReportedSlot runner */
                runner?: (edgeloop.v1.ProcessHealth.$Properties|null);

                /** ReportedSlot variantTests */
                variantTests?: (edgeloop.v1.VariantTest.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReportedSlot. */
            type $Shape = edgeloop.v1.ReportedSlot.$Properties;
        }

        /**
         * Properties of a VariantTest.
         * @deprecated Use edgeloop.v1.VariantTest.$Properties instead.
         */
        interface IVariantTest extends edgeloop.v1.VariantTest.$Properties {
        }

        /** Represents a VariantTest. */
        class VariantTest {

            /**
             * Constructs a new VariantTest.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.VariantTest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** VariantTest model. */
            model: string;

            /** VariantTest version. */
            version: number;

            /** VariantTest variant. */
            variant: string;

            /** VariantTest selfTest. */
            selfTest?: (edgeloop.v1.SelfTest.$Properties|null);

            /** VariantTest problem. */
            problem?: (edgeloop.v1.Problem.$Properties|null);

            /** VariantTest atMs. */
            atMs: number;

            /**
             * Encodes the specified VariantTest message. Does not implicitly {@link edgeloop.v1.VariantTest.verify|verify} messages.
             * @param message VariantTest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.VariantTest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a VariantTest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.VariantTest & edgeloop.v1.VariantTest.$Shape} VariantTest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.VariantTest & edgeloop.v1.VariantTest.$Shape;
        }

        namespace VariantTest {

            /** Properties of a VariantTest. */
            interface $Properties {

                /** VariantTest model */
                model?: (string|null);

                /** VariantTest version */
                version?: (number|null);

                /** VariantTest variant */
                variant?: (string|null);

                /** VariantTest selfTest */
                selfTest?: (edgeloop.v1.SelfTest.$Properties|null);

                /** VariantTest problem */
                problem?: (edgeloop.v1.Problem.$Properties|null);

                /** VariantTest atMs */
                atMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a VariantTest. */
            type $Shape = edgeloop.v1.VariantTest.$Properties;
        }

        /**
         * Properties of a RunningModel.
         * @deprecated Use edgeloop.v1.RunningModel.$Properties instead.
         */
        interface IRunningModel extends edgeloop.v1.RunningModel.$Properties {
        }

        /** Represents a RunningModel. */
        class RunningModel {

            /**
             * Constructs a new RunningModel.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.RunningModel.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RunningModel model. */
            model: string;

            /** RunningModel version. */
            version: number;

            /** RunningModel variant. */
            variant: string;

            /** RunningModel releaseDigest. */
            releaseDigest: Uint8Array;

            /** RunningModel modelDigest. */
            modelDigest: Uint8Array;

            /** RunningModel inferences. */
            inferences: number;

            /** RunningModel sinceMs. */
            sinceMs: number;

            /**
             * Encodes the specified RunningModel message. Does not implicitly {@link edgeloop.v1.RunningModel.verify|verify} messages.
             * @param message RunningModel message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.RunningModel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RunningModel message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.RunningModel & edgeloop.v1.RunningModel.$Shape} RunningModel
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.RunningModel & edgeloop.v1.RunningModel.$Shape;
        }

        namespace RunningModel {

            /** Properties of a RunningModel. */
            interface $Properties {

                /** RunningModel model */
                model?: (string|null);

                /** RunningModel version */
                version?: (number|null);

                /** RunningModel variant */
                variant?: (string|null);

                /** RunningModel releaseDigest */
                releaseDigest?: (Uint8Array|null);

                /** RunningModel modelDigest */
                modelDigest?: (Uint8Array|null);

                /** RunningModel inferences */
                inferences?: (number|null);

                /** RunningModel sinceMs */
                sinceMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RunningModel. */
            type $Shape = edgeloop.v1.RunningModel.$Properties;
        }

        /**
         * Properties of a SelfTest.
         * @deprecated Use edgeloop.v1.SelfTest.$Properties instead.
         */
        interface ISelfTest extends edgeloop.v1.SelfTest.$Properties {
        }

        /** Represents a SelfTest. */
        class SelfTest {

            /**
             * Constructs a new SelfTest.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.SelfTest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SelfTest passed. */
            passed: boolean;

            /** SelfTest rows. */
            rows: number;

            /** SelfTest largestDeviation. */
            largestDeviation: number;

            /** SelfTest tolerance. */
            tolerance: number;

            /** SelfTest p50Ms. */
            p50Ms: number;

            /** SelfTest p95Ms. */
            p95Ms: number;

            /** SelfTest rssBytes. */
            rssBytes: number;

            /**
             * Encodes the specified SelfTest message. Does not implicitly {@link edgeloop.v1.SelfTest.verify|verify} messages.
             * @param message SelfTest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.SelfTest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SelfTest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.SelfTest & edgeloop.v1.SelfTest.$Shape} SelfTest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.SelfTest & edgeloop.v1.SelfTest.$Shape;
        }

        namespace SelfTest {

            /** Properties of a SelfTest. */
            interface $Properties {

                /** SelfTest passed */
                passed?: (boolean|null);

                /** SelfTest rows */
                rows?: (number|null);

                /** SelfTest largestDeviation */
                largestDeviation?: (number|null);

                /** SelfTest tolerance */
                tolerance?: (number|null);

                /** SelfTest p50Ms */
                p50Ms?: (number|null);

                /** SelfTest p95Ms */
                p95Ms?: (number|null);

                /** SelfTest rssBytes */
                rssBytes?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SelfTest. */
            type $Shape = edgeloop.v1.SelfTest.$Properties;
        }

        /**
         * Properties of a Problem.
         * @deprecated Use edgeloop.v1.Problem.$Properties instead.
         */
        interface IProblem extends edgeloop.v1.Problem.$Properties {
        }

        /** Represents a Problem. */
        class Problem {

            /**
             * Constructs a new Problem.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Problem.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Problem code. */
            code: string;

            /** Problem message. */
            message: string;

            /** Problem atMs. */
            atMs: number;

            /**
             * Encodes the specified Problem message. Does not implicitly {@link edgeloop.v1.Problem.verify|verify} messages.
             * @param message Problem message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Problem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Problem message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Problem & edgeloop.v1.Problem.$Shape} Problem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Problem & edgeloop.v1.Problem.$Shape;
        }

        namespace Problem {

            /** Properties of a Problem. */
            interface $Properties {

                /** Problem code */
                code?: (string|null);

                /** Problem message */
                message?: (string|null);

                /** Problem atMs */
                atMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Problem. */
            type $Shape = edgeloop.v1.Problem.$Properties;
        }

        /**
         * Properties of a ProcessHealth.
         * @deprecated Use edgeloop.v1.ProcessHealth.$Properties instead.
         */
        interface IProcessHealth extends edgeloop.v1.ProcessHealth.$Properties {
        }

        /** Represents a ProcessHealth. */
        class ProcessHealth {

            /**
             * Constructs a new ProcessHealth.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.ProcessHealth.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ProcessHealth rssBytes. */
            rssBytes: number;

            /** ProcessHealth cpuSeconds. */
            cpuSeconds: number;

            /** ProcessHealth uptimeSeconds. */
            uptimeSeconds: number;

            /** ProcessHealth restarts. */
            restarts: number;

            /** ProcessHealth cpuShare. */
            cpuShare: number;

            /**
             * Encodes the specified ProcessHealth message. Does not implicitly {@link edgeloop.v1.ProcessHealth.verify|verify} messages.
             * @param message ProcessHealth message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.ProcessHealth.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ProcessHealth message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.ProcessHealth & edgeloop.v1.ProcessHealth.$Shape} ProcessHealth
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.ProcessHealth & edgeloop.v1.ProcessHealth.$Shape;
        }

        namespace ProcessHealth {

            /** Properties of a ProcessHealth. */
            interface $Properties {

                /** ProcessHealth rssBytes */
                rssBytes?: (number|null);

                /** ProcessHealth cpuSeconds */
                cpuSeconds?: (number|null);

                /** ProcessHealth uptimeSeconds */
                uptimeSeconds?: (number|null);

                /** ProcessHealth restarts */
                restarts?: (number|null);

                /** ProcessHealth cpuShare */
                cpuShare?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ProcessHealth. */
            type $Shape = edgeloop.v1.ProcessHealth.$Properties;
        }

        /**
         * Properties of a TelemetryFrame.
         * @deprecated Use edgeloop.v1.TelemetryFrame.$Properties instead.
         */
        interface ITelemetryFrame extends edgeloop.v1.TelemetryFrame.$Properties {
        }

        /** Represents a TelemetryFrame. */
        class TelemetryFrame {

            /**
             * Constructs a new TelemetryFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.TelemetryFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TelemetryFrame protocolVersion. */
            protocolVersion: number;

            /** TelemetryFrame bootId. */
            bootId: string;

            /** TelemetryFrame windows. */
            windows: edgeloop.v1.TelemetryWindow.$Properties[];

            /**
             * Encodes the specified TelemetryFrame message. Does not implicitly {@link edgeloop.v1.TelemetryFrame.verify|verify} messages.
             * @param message TelemetryFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.TelemetryFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TelemetryFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.TelemetryFrame & edgeloop.v1.TelemetryFrame.$Shape} TelemetryFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.TelemetryFrame & edgeloop.v1.TelemetryFrame.$Shape;
        }

        namespace TelemetryFrame {

            /** Properties of a TelemetryFrame. */
            interface $Properties {

                /** TelemetryFrame protocolVersion */
                protocolVersion?: (number|null);

                /** TelemetryFrame bootId */
                bootId?: (string|null);

                /** TelemetryFrame windows */
                windows?: (edgeloop.v1.TelemetryWindow.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TelemetryFrame. */
            type $Shape = edgeloop.v1.TelemetryFrame.$Properties;
        }

        /**
         * Properties of a TelemetryWindow.
         * @deprecated Use edgeloop.v1.TelemetryWindow.$Properties instead.
         */
        interface ITelemetryWindow extends edgeloop.v1.TelemetryWindow.$Properties {
        }

        /** Represents a TelemetryWindow. */
        class TelemetryWindow {

            /**
             * Constructs a new TelemetryWindow.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.TelemetryWindow.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TelemetryWindow firstSequence. */
            firstSequence: number;

            /** TelemetryWindow lastSequence. */
            lastSequence: number;

            /** TelemetryWindow startMs. */
            startMs: number;

            /** TelemetryWindow endMs. */
            endMs: number;

            /** TelemetryWindow slot. */
            slot: string;

            /** TelemetryWindow model. */
            model: string;

            /** TelemetryWindow version. */
            version: number;

            /** TelemetryWindow releaseDigest. */
            releaseDigest: Uint8Array;

            /** TelemetryWindow readings. */
            readings: number;

            /** TelemetryWindow predictions. */
            predictions: number;

            /** TelemetryWindow features. */
            features: edgeloop.v1.FeatureSummary.$Properties[];

            /** TelemetryWindow predictedClasses. */
            predictedClasses: number[];

            /** TelemetryWindow confidenceBins. */
            confidenceBins: number[];

            /** TelemetryWindow expectations. */
            expectations: edgeloop.v1.ClassExpectation.$Properties[];

            /** TelemetryWindow labelled. */
            labelled: number;

            /** TelemetryWindow correct. */
            correct: number;

            /** TelemetryWindow latency. */
            latency?: (edgeloop.v1.LatencySketch.$Properties|null);

            /** TelemetryWindow errors. */
            errors: edgeloop.v1.ErrorCount.$Properties[];

            /** TelemetryWindow health. */
            health?: (edgeloop.v1.WindowHealth.$Properties|null);

            /** TelemetryWindow violations. */
            violations: edgeloop.v1.ViolationCount.$Properties[];

            /**
             * Encodes the specified TelemetryWindow message. Does not implicitly {@link edgeloop.v1.TelemetryWindow.verify|verify} messages.
             * @param message TelemetryWindow message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.TelemetryWindow.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TelemetryWindow message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.TelemetryWindow & edgeloop.v1.TelemetryWindow.$Shape} TelemetryWindow
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.TelemetryWindow & edgeloop.v1.TelemetryWindow.$Shape;
        }

        namespace TelemetryWindow {

            /** Properties of a TelemetryWindow. */
            interface $Properties {

                /** TelemetryWindow firstSequence */
                firstSequence?: (number|null);

                /** TelemetryWindow lastSequence */
                lastSequence?: (number|null);

                /** TelemetryWindow startMs */
                startMs?: (number|null);

                /** TelemetryWindow endMs */
                endMs?: (number|null);

                /** TelemetryWindow slot */
                slot?: (string|null);

                /** TelemetryWindow model */
                model?: (string|null);

                /** TelemetryWindow version */
                version?: (number|null);

                /** TelemetryWindow releaseDigest */
                releaseDigest?: (Uint8Array|null);

                /** TelemetryWindow readings */
                readings?: (number|null);

                /** TelemetryWindow predictions */
                predictions?: (number|null);

                /** TelemetryWindow features */
                features?: (edgeloop.v1.FeatureSummary.$Properties[]|null);

                /** TelemetryWindow predictedClasses */
                predictedClasses?: (number[]|null);

                /** TelemetryWindow confidenceBins */
                confidenceBins?: (number[]|null);

                /** TelemetryWindow expectations */
                expectations?: (edgeloop.v1.ClassExpectation.$Properties[]|null);

                /** TelemetryWindow labelled */
                labelled?: (number|null);

                /** TelemetryWindow correct */
                correct?: (number|null);

                /** TelemetryWindow latency */
                latency?: (edgeloop.v1.LatencySketch.$Properties|null);

                /** TelemetryWindow errors */
                errors?: (edgeloop.v1.ErrorCount.$Properties[]|null);

                /** TelemetryWindow health */
                health?: (edgeloop.v1.WindowHealth.$Properties|null);

                /** TelemetryWindow violations */
                violations?: (edgeloop.v1.ViolationCount.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TelemetryWindow. */
            type $Shape = edgeloop.v1.TelemetryWindow.$Properties;
        }

        /**
         * Properties of a ViolationCount.
         * @deprecated Use edgeloop.v1.ViolationCount.$Properties instead.
         */
        interface IViolationCount extends edgeloop.v1.ViolationCount.$Properties {
        }

        /** Represents a ViolationCount. */
        class ViolationCount {

            /**
             * Constructs a new ViolationCount.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.ViolationCount.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ViolationCount feature. */
            feature: string;

            /** ViolationCount kind. */
            kind: string;

            /** ViolationCount count. */
            count: number;

            /**
             * Encodes the specified ViolationCount message. Does not implicitly {@link edgeloop.v1.ViolationCount.verify|verify} messages.
             * @param message ViolationCount message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.ViolationCount.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ViolationCount message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.ViolationCount & edgeloop.v1.ViolationCount.$Shape} ViolationCount
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.ViolationCount & edgeloop.v1.ViolationCount.$Shape;
        }

        namespace ViolationCount {

            /** Properties of a ViolationCount. */
            interface $Properties {

                /** ViolationCount feature */
                feature?: (string|null);

                /** ViolationCount kind */
                kind?: (string|null);

                /** ViolationCount count */
                count?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ViolationCount. */
            type $Shape = edgeloop.v1.ViolationCount.$Properties;
        }

        /**
         * Properties of a FeatureSummary.
         * @deprecated Use edgeloop.v1.FeatureSummary.$Properties instead.
         */
        interface IFeatureSummary extends edgeloop.v1.FeatureSummary.$Properties {
        }

        /** Represents a FeatureSummary. */
        class FeatureSummary {

            /**
             * Constructs a new FeatureSummary.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.FeatureSummary.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FeatureSummary bins. */
            bins: number[];

            /** FeatureSummary count. */
            count: number;

            /** FeatureSummary missing. */
            missing: number;

            /** FeatureSummary min. */
            min: number;

            /** FeatureSummary max. */
            max: number;

            /** FeatureSummary mean. */
            mean: number;

            /** FeatureSummary m2. */
            m2: number;

            /**
             * Encodes the specified FeatureSummary message. Does not implicitly {@link edgeloop.v1.FeatureSummary.verify|verify} messages.
             * @param message FeatureSummary message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.FeatureSummary.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FeatureSummary message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.FeatureSummary & edgeloop.v1.FeatureSummary.$Shape} FeatureSummary
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.FeatureSummary & edgeloop.v1.FeatureSummary.$Shape;
        }

        namespace FeatureSummary {

            /** Properties of a FeatureSummary. */
            interface $Properties {

                /** FeatureSummary bins */
                bins?: (number[]|null);

                /** FeatureSummary count */
                count?: (number|null);

                /** FeatureSummary missing */
                missing?: (number|null);

                /** FeatureSummary min */
                min?: (number|null);

                /** FeatureSummary max */
                max?: (number|null);

                /** FeatureSummary mean */
                mean?: (number|null);

                /** FeatureSummary m2 */
                m2?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FeatureSummary. */
            type $Shape = edgeloop.v1.FeatureSummary.$Properties;
        }

        /**
         * Properties of a ClassExpectation.
         * @deprecated Use edgeloop.v1.ClassExpectation.$Properties instead.
         */
        interface IClassExpectation extends edgeloop.v1.ClassExpectation.$Properties {
        }

        /** Represents a ClassExpectation. */
        class ClassExpectation {

            /**
             * Constructs a new ClassExpectation.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.ClassExpectation.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ClassExpectation truePositive. */
            truePositive: number;

            /** ClassExpectation falsePositive. */
            falsePositive: number;

            /** ClassExpectation trueNegative. */
            trueNegative: number;

            /** ClassExpectation falseNegative. */
            falseNegative: number;

            /**
             * Encodes the specified ClassExpectation message. Does not implicitly {@link edgeloop.v1.ClassExpectation.verify|verify} messages.
             * @param message ClassExpectation message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.ClassExpectation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ClassExpectation message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.ClassExpectation & edgeloop.v1.ClassExpectation.$Shape} ClassExpectation
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.ClassExpectation & edgeloop.v1.ClassExpectation.$Shape;
        }

        namespace ClassExpectation {

            /** Properties of a ClassExpectation. */
            interface $Properties {

                /** ClassExpectation truePositive */
                truePositive?: (number|null);

                /** ClassExpectation falsePositive */
                falsePositive?: (number|null);

                /** ClassExpectation trueNegative */
                trueNegative?: (number|null);

                /** ClassExpectation falseNegative */
                falseNegative?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ClassExpectation. */
            type $Shape = edgeloop.v1.ClassExpectation.$Properties;
        }

        /**
         * Properties of a LatencySketch.
         * @deprecated Use edgeloop.v1.LatencySketch.$Properties instead.
         */
        interface ILatencySketch extends edgeloop.v1.LatencySketch.$Properties {
        }

        /** Represents a LatencySketch. */
        class LatencySketch {

            /**
             * Constructs a new LatencySketch.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.LatencySketch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LatencySketch relativeAccuracy. */
            relativeAccuracy: number;

            /** LatencySketch zeroCount. */
            zeroCount: number;

            /** LatencySketch offset. */
            offset: number;

            /** LatencySketch counts. */
            counts: number[];

            /** LatencySketch minMs. */
            minMs: number;

            /** LatencySketch maxMs. */
            maxMs: number;

            /** LatencySketch sumMs. */
            sumMs: number;

            /**
             * Encodes the specified LatencySketch message. Does not implicitly {@link edgeloop.v1.LatencySketch.verify|verify} messages.
             * @param message LatencySketch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.LatencySketch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LatencySketch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.LatencySketch & edgeloop.v1.LatencySketch.$Shape} LatencySketch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.LatencySketch & edgeloop.v1.LatencySketch.$Shape;
        }

        namespace LatencySketch {

            /** Properties of a LatencySketch. */
            interface $Properties {

                /** LatencySketch relativeAccuracy */
                relativeAccuracy?: (number|null);

                /** LatencySketch zeroCount */
                zeroCount?: (number|null);

                /** LatencySketch offset */
                offset?: (number|null);

                /** LatencySketch counts */
                counts?: (number[]|null);

                /** LatencySketch minMs */
                minMs?: (number|null);

                /** LatencySketch maxMs */
                maxMs?: (number|null);

                /** LatencySketch sumMs */
                sumMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LatencySketch. */
            type $Shape = edgeloop.v1.LatencySketch.$Properties;
        }

        /**
         * Properties of an ErrorCount.
         * @deprecated Use edgeloop.v1.ErrorCount.$Properties instead.
         */
        interface IErrorCount extends edgeloop.v1.ErrorCount.$Properties {
        }

        /** Represents an ErrorCount. */
        class ErrorCount {

            /**
             * Constructs a new ErrorCount.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.ErrorCount.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ErrorCount code. */
            code: string;

            /** ErrorCount count. */
            count: number;

            /**
             * Encodes the specified ErrorCount message. Does not implicitly {@link edgeloop.v1.ErrorCount.verify|verify} messages.
             * @param message ErrorCount message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.ErrorCount.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ErrorCount message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.ErrorCount & edgeloop.v1.ErrorCount.$Shape} ErrorCount
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.ErrorCount & edgeloop.v1.ErrorCount.$Shape;
        }

        namespace ErrorCount {

            /** Properties of an ErrorCount. */
            interface $Properties {

                /** ErrorCount code */
                code?: (string|null);

                /** ErrorCount count */
                count?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ErrorCount. */
            type $Shape = edgeloop.v1.ErrorCount.$Properties;
        }

        /**
         * Properties of a WindowHealth.
         * @deprecated Use edgeloop.v1.WindowHealth.$Properties instead.
         */
        interface IWindowHealth extends edgeloop.v1.WindowHealth.$Properties {
        }

        /** Represents a WindowHealth. */
        class WindowHealth {

            /**
             * Constructs a new WindowHealth.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.WindowHealth.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WindowHealth rssBytesMax. */
            rssBytesMax: number;

            /** WindowHealth cpuSeconds. */
            cpuSeconds: number;

            /**
             * Encodes the specified WindowHealth message. Does not implicitly {@link edgeloop.v1.WindowHealth.verify|verify} messages.
             * @param message WindowHealth message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.WindowHealth.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WindowHealth message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.WindowHealth & edgeloop.v1.WindowHealth.$Shape} WindowHealth
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.WindowHealth & edgeloop.v1.WindowHealth.$Shape;
        }

        namespace WindowHealth {

            /** Properties of a WindowHealth. */
            interface $Properties {

                /** WindowHealth rssBytesMax */
                rssBytesMax?: (number|null);

                /** WindowHealth cpuSeconds */
                cpuSeconds?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WindowHealth. */
            type $Shape = edgeloop.v1.WindowHealth.$Properties;
        }

        /**
         * Properties of a SampleBatch.
         * @deprecated Use edgeloop.v1.SampleBatch.$Properties instead.
         */
        interface ISampleBatch extends edgeloop.v1.SampleBatch.$Properties {
        }

        /** Represents a SampleBatch. */
        class SampleBatch {

            /**
             * Constructs a new SampleBatch.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.SampleBatch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SampleBatch protocolVersion. */
            protocolVersion: number;

            /** SampleBatch bootId. */
            bootId: string;

            /** SampleBatch samples. */
            samples: edgeloop.v1.Sample.$Properties[];

            /**
             * Encodes the specified SampleBatch message. Does not implicitly {@link edgeloop.v1.SampleBatch.verify|verify} messages.
             * @param message SampleBatch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.SampleBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SampleBatch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.SampleBatch & edgeloop.v1.SampleBatch.$Shape} SampleBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.SampleBatch & edgeloop.v1.SampleBatch.$Shape;
        }

        namespace SampleBatch {

            /** Properties of a SampleBatch. */
            interface $Properties {

                /** SampleBatch protocolVersion */
                protocolVersion?: (number|null);

                /** SampleBatch bootId */
                bootId?: (string|null);

                /** SampleBatch samples */
                samples?: (edgeloop.v1.Sample.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SampleBatch. */
            type $Shape = {
              protocolVersion?: number|null;
              bootId?: string|null;
              samples?: edgeloop.v1.Sample.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a Sample.
         * @deprecated Use edgeloop.v1.Sample.$Properties instead.
         */
        interface ISample extends edgeloop.v1.Sample.$Properties {
        }

        /** Represents a Sample. */
        class Sample {

            /**
             * Constructs a new Sample.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Sample.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Sample sequence. */
            sequence: number;

            /** Sample predictionId. */
            predictionId: string;

            /** Sample atMs. */
            atMs: number;

            /** Sample slot. */
            slot: string;

            /** Sample model. */
            model: string;

            /** Sample version. */
            version: number;

            /** Sample fields. */
            fields: { [k: string]: edgeloop.v1.FieldValue.$Properties };

            /** Sample predicted. */
            predicted: string;

            /** Sample confidence. */
            confidence: number;

            /** Sample label. */
            label: string;

            /**
             * Encodes the specified Sample message. Does not implicitly {@link edgeloop.v1.Sample.verify|verify} messages.
             * @param message Sample message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Sample.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Sample message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Sample & edgeloop.v1.Sample.$Shape} Sample
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Sample & edgeloop.v1.Sample.$Shape;
        }

        namespace Sample {

            /** Properties of a Sample. */
            interface $Properties {

                /** Sample sequence */
                sequence?: (number|null);

                /** Sample predictionId */
                predictionId?: (string|null);

                /** Sample atMs */
                atMs?: (number|null);

                /** Sample slot */
                slot?: (string|null);

                /** Sample model */
                model?: (string|null);

                /** Sample version */
                version?: (number|null);

                /** Sample fields */
                fields?: ({ [k: string]: edgeloop.v1.FieldValue.$Properties }|null);

                /** Sample predicted */
                predicted?: (string|null);

                /** Sample confidence */
                confidence?: (number|null);

                /** Sample label */
                label?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Sample. */
            type $Shape = {
              sequence?: number|null;
              predictionId?: string|null;
              atMs?: number|null;
              slot?: string|null;
              model?: string|null;
              version?: number|null;
              fields?: { [k: string]: edgeloop.v1.FieldValue.$Shape }|null;
              predicted?: string|null;
              confidence?: number|null;
              label?: string|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a FieldValue.
         * @deprecated Use edgeloop.v1.FieldValue.$Properties instead.
         */
        interface IFieldValue extends edgeloop.v1.FieldValue.$Properties {
        }

        /** Represents a FieldValue. */
        class FieldValue {

            /**
             * Constructs a new FieldValue.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.FieldValue.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FieldValue number. */
            number?: (number|null);

            /** FieldValue text. */
            text?: (string|null);

            /** FieldValue value. */
            value?: ("number"|"text");

            /**
             * Encodes the specified FieldValue message. Does not implicitly {@link edgeloop.v1.FieldValue.verify|verify} messages.
             * @param message FieldValue message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.FieldValue.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FieldValue message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.FieldValue & edgeloop.v1.FieldValue.$Shape} FieldValue
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.FieldValue & edgeloop.v1.FieldValue.$Shape;
        }

        namespace FieldValue {

            /** Properties of a FieldValue. */
            interface $Properties {

                /** FieldValue number */
                number?: (number|null);

                /** FieldValue text */
                text?: (string|null);

                /** FieldValue value */
                value?: ("number"|"text");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a FieldValue. */
            type $Shape = {
              number?: number|null;
              text?: string|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ value?: undefined; number?: null; text?: null }|{ value?: "number"; number: number; text?: null }|{ value?: "text"; number?: null; text: string })
            );
        }

        /**
         * Properties of an Ack.
         * @deprecated Use edgeloop.v1.Ack.$Properties instead.
         */
        interface IAck extends edgeloop.v1.Ack.$Properties {
        }

        /** Represents an Ack. */
        class Ack {

            /**
             * Constructs a new Ack.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Ack.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Ack protocolVersion. */
            protocolVersion: number;

            /** Ack bootId. */
            bootId: string;

            /** Ack channel. */
            channel: string;

            /** Ack upToSequence. */
            upToSequence: number;

            /** Ack rejections. */
            rejections: edgeloop.v1.Rejection.$Properties[];

            /**
             * Encodes the specified Ack message. Does not implicitly {@link edgeloop.v1.Ack.verify|verify} messages.
             * @param message Ack message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Ack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Ack message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Ack & edgeloop.v1.Ack.$Shape} Ack
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Ack & edgeloop.v1.Ack.$Shape;
        }

        namespace Ack {

            /** Properties of an Ack. */
            interface $Properties {

                /** Ack protocolVersion */
                protocolVersion?: (number|null);

                /** Ack bootId */
                bootId?: (string|null);

                /** Ack channel */
                channel?: (string|null);

                /** Ack upToSequence */
                upToSequence?: (number|null);

                /** Ack rejections */
                rejections?: (edgeloop.v1.Rejection.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Ack. */
            type $Shape = edgeloop.v1.Ack.$Properties;
        }

        /**
         * Properties of a Rejection.
         * @deprecated Use edgeloop.v1.Rejection.$Properties instead.
         */
        interface IRejection extends edgeloop.v1.Rejection.$Properties {
        }

        /** Represents a Rejection. */
        class Rejection {

            /**
             * Constructs a new Rejection.
             * @param [properties] Properties to set
             */
            constructor(properties?: edgeloop.v1.Rejection.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Rejection sequence. */
            sequence: number;

            /** Rejection code. */
            code: string;

            /** Rejection message. */
            message: string;

            /**
             * Encodes the specified Rejection message. Does not implicitly {@link edgeloop.v1.Rejection.verify|verify} messages.
             * @param message Rejection message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: edgeloop.v1.Rejection.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Rejection message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {edgeloop.v1.Rejection & edgeloop.v1.Rejection.$Shape} Rejection
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): edgeloop.v1.Rejection & edgeloop.v1.Rejection.$Shape;
        }

        namespace Rejection {

            /** Properties of a Rejection. */
            interface $Properties {

                /** Rejection sequence */
                sequence?: (number|null);

                /** Rejection code */
                code?: (string|null);

                /** Rejection message */
                message?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Rejection. */
            type $Shape = edgeloop.v1.Rejection.$Properties;
        }
    }
}
